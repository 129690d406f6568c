package place

// speech are the words behind a language's name.
var speech = setOf("language languages version versions translation translations speaking speaker speakers interpreter " +
	"interpreters interpretation interpreting subtitle subtitles subtitled edition editions text texts word words glossary " +
	"transcript transcripts dub dubbed dubbing captions lessons")

// after are the words that follow a list of languages and not an adjective:
// "in Romanian for workers", but "in Romanian prisons".
var after = setOf("for and or on with is are was were as by at to from plus will which that so when about but also then " +
	"only where if who first next in of via through can may should")

// tongue tells whether the match is a language: in front of "version" and the
// like, or in a list that follows "in" or "into" and no noun.
func (r *reading) tongue(found []match, i int) bool {
	if found[i].kind != people {
		return false
	}
	last := r.run(found, i, +1)
	if next := found[last].to; next < len(r.tokens) && !r.tokens[next].broken && speech[r.word(next)] {
		return true
	}
	before := found[r.run(found, i, -1)].from - 1
	if before < 0 || r.tokens[before+1].broken {
		return false
	}
	switch r.word(before) {
	case "in", "into":
	default:
		return false
	}
	next := found[last].to
	return next >= len(r.tokens) || r.tokens[next].broken || after[r.word(next)]
}

// run gives the end of the list of peoples and languages around match i, in
// the direction of step: one after the other, with at most one "and" or a
// comma between them.
func (r *reading) run(found []match, i, step int) int {
	for {
		j := i + step
		if j < 0 || j >= len(found) || found[j].kind != people && found[j].kind != language {
			return i
		}
		left, right := found[min(i, j)].to, found[max(i, j)].from
		if right-left > 1 || right-left == 1 && r.word(left) != "and" && r.word(left) != "or" {
			return i
		}
		i = j
	}
}

func (r *reading) word(i int) string { return r.room.folded(r.tokens[i]) }

// persons are the words for those who come from somewhere.
var persons = setOf("national nationals victim victims woman women girl girls man men boy boys child children minor minors worker " +
	"workers migrant migrants citizen citizens person persons people applicant applicants refugee refugees survivor survivors " +
	"asylum families family mothers nanny nannies maids seekers origin nationality community communities diaspora speaking " +
	"network networks gang gangs trafficker traffickers suspects")

// origin tells whether the match says where persons come from: "from Nigeria",
// "Nigerian women". It need not be where the work is done.
func (r *reading) origin(m match) bool {
	switch m.kind {
	case people, inflected:
		for next := m.to; next < len(r.tokens) && next < m.to+2 && !r.tokens[next].broken; next++ {
			if persons[r.word(next)] {
				return true
			}
		}
		return false
	}
	return m.from > 0 && !r.tokens[m.from].broken && r.word(m.from-1) == "from"
}
