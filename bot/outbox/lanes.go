package outbox

import (
	"sync"
	"time"

	"thbot/bot/chat"
)

// lanes keep the pace of places and the waits that platforms ask for. They are
// a courtesy to the platform, no promise of the outbox: after a restart they
// begin empty, and a clock that goes back empties them.
type lanes struct {
	mu    sync.Mutex
	from  map[string]time.Time  // when a lane may be used again: a destination, a place, or all of a platform's calls of one kind
	busy  map[string]bool       // destinations and places of rows under way
	waits map[string]told       // by platform and kind of call: who was told to wait last
	fails map[string]stillborns // by platform: places that gave no answer since the last that did
}

type told struct {
	place string
	until time.Time
}

type stillborns struct {
	places map[string]bool
	rounds int
}

// The kinds of calls, which platforms limit each for itself.
const (
	toPost = "post"
	toEdit = "edit"
	toFind = "find"
)

// downAfter is how many places have to stay without an answer, one after the
// other, before a platform counts as down.
const downAfter = 3

func newLanes() *lanes {
	l := &lanes{}
	l.clear()
	return l
}

// clear forgets every wait; rows under way stay.
func (l *lanes) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.from, l.waits, l.fails = map[string]time.Time{}, map[string]told{}, map[string]stillborns{}
	if l.busy == nil {
		l.busy = map[string]bool{}
	}
}

// free tells whether all the lanes can be used now; else when, which is the
// zero time where a row under way has to end first.
func (l *lanes) free(now time.Time, names ...string) (ok bool, from time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	ok = true
	for _, name := range names {
		if l.busy[name] {
			return false, time.Time{}
		}
		if until, held := l.from[name]; held {
			if !until.After(now) {
				delete(l.from, name)
				continue
			}
			if ok = false; until.After(from) {
				from = until
			}
		}
	}
	return ok, from
}

// take marks lanes as used by a row under way.
func (l *lanes) take(names ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range names {
		l.busy[name] = true
	}
}

// leave ends it.
func (l *lanes) leave(names ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range names {
		delete(l.busy, name)
	}
}

// hold keeps lanes from being used before the time.
func (l *lanes) hold(until time.Time, names ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range names {
		l.put(name, until)
	}
}

func (l *lanes) put(name string, until time.Time) {
	if until.After(l.from[name]) {
		l.from[name] = until
	}
}

// answered learns from the outcome of a call to a place. A wait holds that
// place, and, when a second place is told to wait while the first still does,
// every call of the kind: then the limit is the platform's, not the place's. No
// answer from several places one after the other means that the platform is
// down, so that it is tried by a few rows, not by all.
func (l *lanes) answered(place chat.Place, kind string, out chat.Outcome, now time.Time) {
	platform, name := place.Account.Platform, place.String()
	all := platformLane(platform, kind)
	l.mu.Lock()
	defer l.mu.Unlock()
	if out.Verdict != chat.Retry {
		delete(l.fails, platform)
	}
	switch out.Verdict {
	case chat.Wait:
		until := now.Add(max(out.After, time.Second))
		l.put(name, until)
		before, waits := l.waits[all]
		if waits && before.place != name && before.until.After(now) {
			l.put(all, earlier(before.until, until))
		}
		l.waits[all] = told{name, until}
	case chat.Retry:
		f := l.fails[platform]
		if f.places == nil {
			f.places = map[string]bool{}
		}
		if f.places[name] = true; len(f.places) >= downAfter {
			until := now.Add(min(lookAgain<<min(f.rounds, 10), 5*time.Minute))
			for _, kind := range []string{toPost, toEdit, toFind} {
				l.put(platformLane(platform, kind), until)
			}
			f = stillborns{rounds: f.rounds + 1}
		}
		l.fails[platform] = f
	}
}

func platformLane(platform, kind string) string { return platform + " " + kind }

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
