package crashtest

import (
	"context"
	"regexp"
	"sync"
	"time"
)

// Step is something that a person does at a time: he types a command, presses a
// button, or fills in the form that a command opens and sends it.
type Step struct {
	At   time.Time
	User string
	// Text is typed after "/thb ".
	Text string
	// Press is the label of a button, on the newest that the person sees with
	// such a one.
	Press string
	// Fill is put into the form, by the labels of its fields.
	Fill map[string]string
	// Says, where set, is what the person reads of a press or a sent form: that
	// it is done, or that it was done already.
	Says *regexp.Regexp
}

// Acknowledged is the chat's point when the step is acknowledged.
func (s Step) Acknowledged() string {
	switch {
	case s.Press != "":
		return "press “" + s.Press + "”: acknowledged"
	case s.Fill != nil:
		return "form of “" + s.Text + "”: acknowledged"
	}
	return "acknowledged"
}

// Lives is for a chat that waits for what the process does next, or for its
// end.
type Lives struct {
	parent context.Context
	mu     sync.Mutex
	now    context.Context
	end    context.CancelFunc
}

// NewLives begins the first life; the last one ends with the context.
func NewLives(parent context.Context) *Lives {
	l := &Lives{parent: parent}
	l.now, l.end = context.WithCancel(parent)
	return l
}

// Now is a context that ends with the process's present life.
func (l *Lives) Now() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

// Next ends the present life and begins another.
func (l *Lives) Next() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end()
	l.now, l.end = context.WithCancel(l.parent)
}
