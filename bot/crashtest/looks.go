package crashtest

import "time"

// Looks holds how often, and when, a chat's history was read, and finds the
// posts that were made again without it.
type Looks struct {
	Apart time.Duration // from the first look before a post to the last

	reads map[string][]time.Time // by place
	sent  map[string]int         // reads of its place before, by the post's mark
	blind []string
}

// lookedApart is how far the two look-ups before a repeated post lie apart.
const lookedApart = 15 * time.Second

// NewLooks makes an empty one for a chat that knows when it was asked.
func NewLooks() *Looks { return &Looks{Apart: lookedApart} }

// Read notes that a place's history was read.
func (l *Looks) Read(place string, at time.Time) {
	if l.reads == nil {
		l.reads = map[string][]time.Time{}
	}
	l.reads[place] = append(l.reads[place], at)
}

// Sent notes an attempt to post that may have arrived. A mark that was sent
// before has to have been looked for twice since.
func (l *Looks) Sent(place, mark string) {
	if l.sent == nil {
		l.sent = map[string]int{}
	}
	reads := l.reads[place]
	if from, again := l.sent[mark]; again {
		since := reads[from:]
		if len(since) < 2 || since[len(since)-1].Sub(since[0]) < l.Apart {
			l.blind = append(l.blind, "a post in "+place)
		}
	}
	l.sent[mark] = len(reads)
}

// Blind names the places of posts that were made again unseen.
func (l *Looks) Blind() []string { return l.blind }
