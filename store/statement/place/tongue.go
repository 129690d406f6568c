package place

// speech are the words behind a language's name.
var speech = setOf("language languages version versions translation translations speaking speaker speakers interpreter " +
	"interpreters interpretation interpreting subtitle subtitles subtitled edition editions text texts word words glossary " +
	"transcript transcripts dub dubbed dubbing captions lessons")

// after are the words that follow a list of languages and not an adjective:
// "in Romanian for workers", but "in Romanian prisons".
var after = setOf("for and or on with is are was were as by at to from plus will which that so when about but also then " +
	"only where if who first next in of via through can may should")

// longest is how far a list is followed, so that a text of nothing but names
// takes time in line with its length.
const longest = 30

// tongue tells whether the match is a language: in front of "version" and the
// like, or in a list that no noun follows ("Facebook, Romanian and Russian").
func (r *reading) tongue(found []match, i int) bool {
	if found[i].kind != people {
		return false
	}
	last := r.run(found, i, +1)
	next := found[last].to
	if next == len(r.words) || r.words[next].broken {
		return !r.words[next-1].has(plural)
	}
	return r.words[next].has(speaking) || r.before(found, i) && r.words[next].has(trailing)
}

// before tells whether what stands before the list shows it to be one of
// languages: "in" or "into", or a language that is no people.
func (r *reading) before(found []match, i int) bool {
	first := r.run(found, i, -1)
	for j := first; j <= r.run(found, i, +1); j++ {
		if found[j].kind == language {
			return true
		}
	}
	at := found[first].from - 1
	return at >= 0 && !r.words[at+1].broken && r.words[at].has(inside)
}

// run gives the end of the list of peoples and languages around match i, in
// the direction of step: one after the other, with at most one "and" or a
// comma between them.
func (r *reading) run(found []match, i, step int) int {
	for range longest {
		j := i + step
		if j < 0 || j >= len(found) || found[j].kind != people && found[j].kind != language {
			return i
		}
		left, right := found[min(i, j)].to, found[max(i, j)].from
		if right-left > 1 || right-left == 1 && !r.words[left].has(joining) {
			return i
		}
		i = j
	}
	return i
}

// persons are the words for those who come from somewhere.
var persons = setOf("national nationals victim victims woman women girl girls man men boy boys child children minor minors worker " +
	"workers labourer labourers employee employees recruit recruits migrant migrants citizen citizens person persons people " +
	"applicant applicants refugee refugees survivor survivors asylum families family mother mothers nannies maids carers seekers " +
	"brides grooms drivers passengers origin nationality community communities diaspora network networks gang gangs clans clan " +
	"trafficker traffickers suspects madams displaced")

// moved are the words before those who come from somewhere.
var moved = setOf("from displaced fleeing fled")

var displaced = setOf("displaced nationals refugees")

// origin tells whether match i says where persons come from: "from Nigeria",
// "Nigerian women", "Ukrainians". It need not be where the work is done.
func (r *reading) origin(found []match, i int) bool {
	m := found[i]
	first := i
	for first > 0 && i-first < longest && r.listed(found[first-1].to, found[first].from) {
		first--
	}
	if from := found[first].from; from > 0 && !r.words[from].broken && r.words[from-1].has(fleeing) {
		return true
	}
	name := r.words[m.to-1]
	switch region := r.g.places[m.place].Region; {
	case m.kind == people && name.has(plural):
		return true
	case m.kind == people || m.kind == inflected || region && name.has(endsInN):
		last := i
		for last+1 < len(found) && last-i < longest && r.listed(found[last].to, found[last+1].from) {
			last++
		}
		return r.followed(found[last].to, 2, peopled)
	}
	return r.followed(m.to, 1, uprooted)
}

// followed tells whether a word of that role stands among the next n of the
// same phrase.
func (r *reading) followed(next, n int, role role) bool {
	for end := min(next+n, len(r.words)); next < end && !r.words[next].broken; next++ {
		if r.words[next].has(role) {
			return true
		}
	}
	return false
}

// listed tells whether only a comma or an "and" stands between two matches.
func (r *reading) listed(left, right int) bool {
	if right-left == 1 {
		return r.words[left].has(joining)
	}
	between := r.text[r.words[left-1].end:r.words[right].start]
	return left == right && (between == ", " || between == " " || between == "/")
}

// sued tells a state that is named in case law: "Chowdury and Others v. Greece".
func (r *reading) sued(m match) bool {
	return m.from > 0 && r.words[m.from-1].has(suing)
}
