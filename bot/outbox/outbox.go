// Package outbox delivers what thbot sends by itself, each thing once.
//
// A row is claimed under a fence before a byte is sent, built and frozen, and
// marked delivered only after the platform has it. An attempt whose outcome is
// not known is looked up in the place's history by its key, twice, before it is
// made again; and a message that was ever in doubt is looked over later, so that
// a second post that came to light is removed. A row that no longer holds is
// dropped, with the reason.
//
// Rows go out at the pace of each place. One place that is slow, or that was
// told to wait, holds up no other: Look starts what can go now, a bounded number
// at once, and returns. Nothing in here sleeps: what cannot go yet is due later.
// What is kept in memory are the rows under way and the places that wait; it
// grows with the places, not with the rows.
//
// Limits: text is frozen with the first attempt, made anew only where nothing of
// it is out after half an hour, and erased from the store once delivered. A clock that was wrong by more than a day while a row was planned,
// and right again when its history is read, may hide a post from the look-up.
package outbox

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
)

const (
	attemptTime = 20 * time.Second   // one attempt
	lease       = 2 * time.Minute    // of a claim; several parts may go under one
	lookAgain   = 15 * time.Second   // between an attempt of unknown outcome, each look-up, and the next attempt
	looksFirst  = 2                  // look-ups before an attempt is made again
	backoffMost = 30 * time.Minute   // between attempts
	giveUpAfter = 7 * 24 * time.Hour // a row without a lapse of its own is tried for so long
)

// Config is what an outbox needs. Commands and Chats are required.
type Config struct {
	Commands *commands.Commands
	Chats    map[string]Chat // the connected ones, by platform
	Workers  int             // rows under way at once; 0: one, in the order in which they fell due
	Alone    bool            // no other process can deliver from this store, so claims found at the start are over
	Log      *slog.Logger    // nil: nothing is logged
	Sent     func(Sent)      // after each delivery and edit, one at a time; nil: not told
}

// Chat is one connected platform.
type Chat struct {
	chat.Poster
	Directory chat.Directory // asked before a direct message; nil: not asked
	Pace      time.Duration  // between posts to one channel or person; 0: none
	Grace     time.Duration  // before a direct message is edited: the answer to a press on it is put in its place first
}

// Outbox delivers the due rows of one store. It is safe for concurrent use.
type Outbox struct {
	Config
	store  *store.Store
	lanes  *lanes
	counts counts
	done   chan struct{}
	jitter func(time.Duration) time.Duration

	mu    sync.Mutex
	last  time.Time       // of the last look
	under map[string]bool // keys of the rows under way
	bad   map[string]bool // keys of rows that cannot be read
	err   error           // the first of rows that ended since the last look
	ended int
	begun sync.WaitGroup
	tell  sync.Mutex
}

// Sent tells of one delivered or edited message.
type Sent struct {
	Row   *store.Row
	Place chat.Place
	Edit  bool
	At    time.Time
}

// New makes an outbox.
func New(cfg Config) *Outbox {
	if cfg.Workers <= 0 {
		cfg.Workers = 1
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Sent == nil {
		cfg.Sent = func(Sent) {}
	}
	return &Outbox{
		Config: cfg, store: cfg.Commands.Store(), lanes: newLanes(), done: make(chan struct{}, 1),
		jitter: func(d time.Duration) time.Duration { return d + rand.N(d/4+1) },
		under:  map[string]bool{}, bad: map[string]bool{},
	}
}

// Deliver handles every row that is due at the time and can go now, waits for
// them, and gives how many that were. A row that waits for another attempt, or
// for its place, is left to a later call.
func (o *Outbox) Deliver(ctx context.Context, now time.Time) (int, error) {
	before := o.handled()
	for {
		so := o.handled()
		started, _, err := o.look(ctx, now)
		if err != nil || started == 0 && o.idle() && o.handled() == so {
			o.begun.Wait()
			return o.handled() - before, errors.Join(err, o.takeErr())
		}
		if started > 0 || !o.idle() {
			<-o.done
		}
	}
}

// Look starts what is due at the time and can go now, without waiting for it,
// and gives when to look again: the zero time when nothing is due. After each
// row that has ended, Done says that it is worth looking again. An error of the
// store, also one of a row that has ended since the last look, is given back;
// the rows are not lost by it.
//
// Rows under way run to their end even when ctx ends: see Wait.
func (o *Outbox) Look(ctx context.Context, now time.Time) (next time.Time, err error) {
	_, next, err = o.look(ctx, now)
	return next, errors.Join(err, o.takeErr())
}

// Done gets a value after a row, or several, have ended.
func (o *Outbox) Done() <-chan struct{} { return o.done }

// Wait waits until no row is under way, at most until ctx ends. A row that is
// cut off is looked up after the next start.
func (o *Outbox) Wait(ctx context.Context) {
	all := make(chan struct{})
	go func() { o.begun.Wait(); close(all) }()
	select {
	case <-all:
	case <-ctx.Done():
	}
}

func (o *Outbox) handled() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ended
}

func (o *Outbox) idle() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.under) == 0
}

func (o *Outbox) takeErr() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	err := o.err
	o.err = nil
	return err
}

// told passes a delivery on, one at a time.
func (o *Outbox) told(s Sent) {
	o.tell.Lock()
	defer o.tell.Unlock()
	o.Sent(s)
}
