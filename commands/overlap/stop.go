package overlap

import "strings"

// stopWords hold sentences together in the languages that the register meets
// most; they say nothing about the work.
var stopWords = setOf(stopText)

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

const stopText = `
a about above after again against all also am an and any are as at be because been before being below between both but by
can cannot could did do does doing done down during each either etc few for from further had has have having he her here hers
him his how however i if in incl into is it its itself just may me might more most much must my no nor not of off on once only
onto or other others our out over own per same shall she should so some such than that the their them then there these they
this those through to too under until up upon us very via was we were what when where whether which while who whom whose why
will with within without would yet you your ca eg ie vs new one two three first second ii iii
le la les un une des du de et en dans pour par sur avec au aux ce ces cette qui que dont ou est sont ses leur leurs son sa se
der die das den dem des ein eine einer eines und in im ins mit für von zu zum zur auf bei aus an am ist sind oder als auch
über nach vor unter bis ihre ihr
el los las una y con por para del al en su sus lo es son se il lo gli una uno e di che con per nel nella alla dei delle dal
o os as um uma e do da dos das no na em com ao pelo pela
`
