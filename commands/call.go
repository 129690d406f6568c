package commands

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

// call is one request on its way: who asks, when, and what.
type call struct {
	*Commands
	ctx   context.Context
	req   Request
	now   time.Time // in the register's zone
	today date.Day
	who   *store.Person
	sub   *subcommand  // of a typed command
	rest  string       // what followed the subcommand, as typed
	id    string       // what stood before the keys, such as A17; "" mostly
	stray []line.Stray // what looks like keys in the text that was typed
	seen  bool         // the delivery is marked: a request may change things in several steps
}

// commitWithin is how long a change waits for the store before it is answered
// with "busy" (contract, section 4).
const commitWithin = 2 * time.Second

// Handle answers a request. It always answers: what goes wrong is said in the
// reply, and what people must not see is logged under an id that they get.
func (c *Commands) Handle(ctx context.Context, req Request) (reply Reply) {
	k := &call{Commands: c, ctx: ctx, req: req, now: req.Now.In(c.rules.Zone)}
	k.today = date.Of(k.now)
	defer func() {
		if p := recover(); p != nil {
			reply = k.failed(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	reply, err := k.answer()
	if errors.Is(err, errDelivered) {
		reply, err = k.delivered()
	}
	if err != nil {
		return k.failed(err)
	}
	return reply
}

func (k *call) answer() (Reply, error) {
	if err := k.recognise(); err != nil {
		return Reply{}, err
	}
	switch {
	case k.req.Press != nil:
		return k.press(*k.req.Press)
	case k.req.Send != nil:
		return k.submit(*k.req.Send)
	case k.req.Quote != nil:
		return k.quoted(*k.req.Quote)
	case k.req.Home:
		return k.home()
	case k.req.Attached:
		return k.besideFile()
	}
	return k.typed(k.req.Text)
}

// recognise finds the caller on the roster, by ids alone.
func (k *call) recognise() error {
	moved := false
	err := k.store.View(k.ctx, func(v *store.View) error {
		who, err := v.PersonOf(k.req.Account)
		if err != nil {
			return err
		}
		if k.who = who; who == nil {
			return k.outsider(v)
		}
		last, err := v.LastAccount(who)
		moved = last != k.req.Account
		return err
	})
	if err != nil || !moved {
		return err
	}
	// What goes to this person goes to the account used last.
	return k.store.Deliver(k.ctx, func(d *store.Delivery) error { return d.Hear(k.who, k.req.Account) })
}

// outsider refuses whoever is not on the roster, except for the one thing
// somebody with an account still to be linked may do.
func (k *call) outsider(v *store.View) error {
	claimant, err := v.Claimant(k.req.Account)
	if err != nil {
		return err
	}
	if claimant != nil && k.req.Press != nil && k.req.Press.Action == actionLinkYes {
		k.who = claimant
		return nil
	}
	return fault.New(fault.Forbidden, "This register belongs to the contact points of the EU agencies' joint statement against trafficking in human beings. If you should be one of them, the EU Anti-Trafficking Coordinator's office can add you.")
}

// typed runs a typed command.
func (k *call) typed(text string) (Reply, error) {
	word, rest := line.Word(text)
	for strings.EqualFold(word, "/thb") { // typed twice, as in a line copied whole
		text = rest
		word, rest = line.Word(text)
	}
	if word == "" {
		return k.menu(), nil
	}
	sub := k.lookUp(word)
	if sub == nil {
		return k.unknown(text)
	}
	k.sub, k.rest = sub, rest
	if err := k.allowed(sub); err != nil {
		return Reply{}, err
	}
	if asked := strings.TrimSpace(rest); asked == "--help" || asked == "-h" || asked == "-help" {
		return k.help(sub.Name)
	}
	return sub.Run(k)
}

// press runs the action of a button. Rights are checked again there.
func (k *call) press(p Press) (Reply, error) {
	for i := range k.table {
		if run, ok := k.table[i].Actions[p.Action]; ok {
			if err := k.allowed(&k.table[i]); err != nil {
				return Reply{}, err
			}
			k.sub = &k.table[i]
			return run(k, p)
		}
	}
	return Reply{}, fault.New(fault.NotFound, "This button is from another version of thbot.").WithTry("/thb")
}

// submit takes a sent form.
func (k *call) submit(s Submission) (Reply, error) {
	for i := range k.table {
		if run, ok := k.table[i].Forms[s.Form]; ok {
			if err := k.allowed(&k.table[i]); err != nil {
				return Reply{}, err
			}
			k.sub = &k.table[i]
			return run(k, s)
		}
	}
	return Reply{}, fault.New(fault.NotFound, "This form is from another version of thbot. Nothing was saved.").WithTry("/thb")
}

// read takes the subcommand's keys out of what was typed.
func (k *call) read() (line.Line, error) { return k.readRest(k.rest, "") }

// readRest reads what followed the subcommand and the words before it, such as
// an id. The line that works, in a fault, is the whole line.
func (k *call) readRest(rest, before string) (line.Line, error) {
	k.id = strings.TrimSpace(before)
	l, err := line.Read(rest, k.sub.Keys, k.sub.Many...)
	k.stray = l.Strays
	return l, fault.Retry(err, after(k.sub.Name, k.id))
}

// after makes lines that work of what comes after the words.
func after(words ...string) func(string) string {
	return func(try string) string {
		line := "/thb"
		for _, w := range append(words, try) {
			if w != "" {
				line += " " + w
			}
		}
		return line
	}
}

// view runs f on one consistent state.
func (k *call) view(f func(*store.View) error) error { return k.store.View(k.ctx, f) }

// update runs f in one transaction under the caller's name, with the caller's
// rights as they are now. It waits two seconds for its turn at most.
func (k *call) update(op string, f func(*store.Change) error) error {
	ctx, cancel := context.WithTimeout(k.ctx, commitWithin)
	defer cancel()
	by := store.By{Actor: store.PersonRef(k.who.ID), Op: op, At: k.req.Now.UTC()}
	err := k.store.Update(ctx, by, func(ch *store.Change) error {
		who, err := ch.Person(k.who.ID)
		if err != nil {
			return err
		}
		if who == nil || !who.Active() {
			return fault.New(fault.Forbidden, "You have been taken off the roster meanwhile, so nothing was saved.")
		}
		if k.req.Delivery != "" && !k.seen {
			if fresh, err := ch.See(k.req.Delivery); err != nil || !fresh {
				return errOr(err, errDelivered)
			}
		}
		return f(ch)
	})
	k.seen = k.seen || err == nil
	if errors.Is(err, context.DeadlineExceeded) && fault.As(err) == nil {
		return fault.New(fault.Busy, "The register was busy, so nothing was saved. Please send it again.")
	}
	return err
}

// failed turns an error into a reply. A fault speaks for itself; anything else
// is logged once, here, and answered with the id of the log line.
func (k *call) failed(err error) Reply {
	f := fault.As(err)
	if f == nil {
		id := newLogID()
		k.log.LogAttrs(k.ctx, slog.LevelError, "request failed", slog.String("id", id), slog.Any("error", err))
		return Reply{Failed: true, Message: Tell(
			Say("Something went wrong on my side, and nothing more was saved."),
			Say("Please tell your thbot administrator this number: %s.", id))}
	}
	m := Tell(plainLines(f.What)...)
	if f.Try != "" {
		m.Tell(Say("Try: `%s`", Words(f.Try)))
	}
	if f.Back != "" {
		m.Tell(Say("Your text, to copy:")).Quoting(f.Back)
	}
	return Reply{Failed: true, Message: m}
}

// plainLines gives a fault's words line by line. They may quote what people
// typed, so none of it is markup, but for the backticks around what can be
// typed.
func plainLines(text string) []Line {
	var lines []Line
	for part := range strings.SplitSeq(text, "\n") {
		pieces := strings.Split(part, "`")
		if len(pieces)%2 == 0 { // one is somebody's own
			pieces = []string{part}
		}
		var l Line
		for i, piece := range pieces {
			if piece != "" {
				l = append(l, Span{Text: piece, Style: []Style{Plain, Code}[i%2], People: true})
			}
		}
		lines = append(lines, l)
	}
	return lines
}

func newLogID() string {
	var b [4]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
