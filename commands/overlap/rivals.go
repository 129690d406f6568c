package overlap

import "cmp"

// An activity seldom has more than a few duplicates. Where it has several
// counterparts that come close, each is the less likely to be the one: the
// better match takes the evidence from the worse. So the score of a pair in a
// register falls with how good the other counterparts of either side are.
// Three rivals count, each as rivalFloor at least and as rivalCap at most: so
// many agencies with the very same activity are still flagged, all of them.
const (
	rivalCount = 3
	rivalFloor = -3.0
	rivalCap   = 2.0
)

// rival is a counterpart with its weighted sum.
type rival struct {
	z  float64
	id int32
}

// rivals are an activity's best counterparts in a register, the best first,
// one more than count, so that one of them can be left out.
type rivals struct {
	best [rivalCount + 1]rival
	n    int
}

// order puts the better first; of equals, the one with the smaller id.
func (r rival) order(s rival) int {
	return cmp.Or(cmp.Compare(s.z, r.z), cmp.Compare(r.id, s.id))
}

// add keeps the counterpart if it is among the best.
func (r *rivals) add(c rival) {
	if c.z <= rivalFloor {
		return
	}
	i := r.n
	if i == len(r.best) {
		if i--; c.order(r.best[i]) > 0 {
			return
		}
	} else {
		r.n++
	}
	for ; i > 0 && c.order(r.best[i-1]) < 0; i-- {
		r.best[i] = r.best[i-1]
	}
	r.best[i] = c
}

// without is the mean of the best ones but the one with the id.
func (r *rivals) without(id int32) float64 {
	sum, n := 0.0, 0
	for _, c := range r.best[:r.n] {
		if c.id != id && n < rivalCount {
			sum, n = sum+min(c.z, rivalCap), n+1
		}
	}
	return (sum + float64(rivalCount-n)*rivalFloor) / rivalCount
}

// last is the sum that a counterpart has to pass to be among the best.
func (r *rivals) last() float64 {
	if r.n < len(r.best) {
		return rivalFloor
	}
	return r.best[r.n-1].z
}

// full tells whether better counterparts would change nothing. Where nobody
// is left out of the search, one of those found may be later on.
func (r *rivals) full(leave int32) bool {
	enough := rivalCount
	if leave == 0 {
		enough = len(r.best)
	}
	return r.n >= enough && r.best[enough-1].z >= rivalCap
}

// nobody is no activity's id.
const nobody = -1
