package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"thbot/bot/chattest"
	"thbot/bot/slack/standin"
)

// room is thbot in Slack as the suite of conversations plays it.
type room struct {
	*served
	taken map[string]bool // messages and files in direct messages that were an answer
}

var _ chattest.Chat = (*room)(nil)

// TestSuiteSlack plays the conversations that every chat has to carry, through
// the program, by both of Slack's ways. They go on at once: most of their time
// is waiting.
func TestSuiteSlack(t *testing.T) {
	t.Parallel()
	all, err := chattest.Conversations()
	if err != nil {
		t.Fatal(err)
	}
	for _, mode := range []string{"socket", "http"} {
		var names []string
		for _, c := range all {
			if !takesMinutes(c) || mode == "socket" && !testing.Short() {
				names = append(names, c.Name)
			}
		}
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			atOnce(names, func(name string) {
				chattest.Run(t, func(t *testing.T) chattest.Chat {
					return &room{serve(t, mode, standin.Config{}), map[string]bool{}}
				}, name)
			})
		})
	}
}

// takesMinutes tells of a conversation that waits for a time to come, which
// the wall clock brings only after one to two minutes.
func takesMinutes(c *chattest.Conversation) bool {
	return slices.ContainsFunc(c.Steps, func(s *chattest.Step) bool { return s.Verb == chattest.Waits })
}

// atOnce does each of the things, some of them at the same time.
func atOnce[T any](things []T, do func(T)) {
	slots := make(chan struct{}, 8)
	var under sync.WaitGroup
	for _, thing := range things {
		under.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			do(thing)
		})
	}
	under.Wait()
}

// Words of the adapter's own that announce an answer, or files of it.
const (
	waitWords = "This takes a moment."
	fileWords = "On its way to your direct messages: "
)

func (r *room) Type(user, text string) chattest.Seen {
	r.t.Helper()
	return r.answer(user, r.types(user, text))
}

func (r *room) Press(user string, on chattest.Seen, label string) chattest.Seen {
	r.t.Helper()
	for _, m := range on.Post.([]standin.Message) {
		if !slices.Contains(readMessage(m).Buttons, label) {
			continue
		}
		d, err := r.Server.Press(r.people[user].ID, m, label)
		if err != nil {
			r.t.Fatalf("%s presses %s: %v", user, label, err)
		}
		return r.answer(user, d)
	}
	r.t.Fatalf("no button %q", label)
	return chattest.Seen{}
}

func (r *room) Fill(user string, on chattest.Seen, values map[string]string) chattest.Seen {
	r.t.Helper()
	v := on.Post.(standin.View)
	filled := map[string]any{}
	for _, f := range readForm(v).Fields {
		if value, given := values[f.Name]; given {
			filled[f.Name] = r.entry(v, f.Name, value)
		}
	}
	d, err := r.Submit(r.people[user].ID, v.ID, filled)
	if need := new(standin.Incomplete); errors.As(err, &need) {
		// Slack's own client says so, in its own words, and no bot hears of it.
		return chattest.Seen{Form: on.Form, Errors: map[string]string{need.Block: "This field is needed."}, Post: v}
	}
	if err != nil {
		r.t.Fatalf("%s sends a form: %v", user, err)
	}
	return r.answer(user, d)
}

// entry gives a value as its field takes it.
func (r *room) entry(v standin.View, name, value string) any {
	for _, b := range v.Blocks {
		e, _ := b["element"].(object)
		if b["block_id"] != name || e == nil {
			continue
		}
		switch e["type"] {
		case "users_select":
			return r.people[value].ID
		case "multi_static_select":
			return strings.Split(value, ",")
		}
	}
	return value
}

// answer waits for what comes of a deed, and for all of it.
func (r *room) answer(user string, d *standin.Delivery) chattest.Seen {
	r.t.Helper()
	var seen chattest.Seen
	var parts []standin.Message
	from := d.Mark()
	for len(parts) == 0 || r.more(user, d, from) { // a modal to wait in may close after the last part
		ctx, cancel := context.WithTimeout(r.ctx, patient/2)
		x, next, err := r.Next(ctx, from, func(x standin.Sight) bool { return r.meant(user, d, x) })
		cancel()
		if err != nil {
			for _, s := range r.Sights(d.Mark()) {
				r.t.Logf("seen meanwhile: %+v", s)
			}
			r.t.Fatalf("%s saw no answer: %v\n%s", user, err, r.log)
		}
		from = next
		switch x.Kind {
		case standin.Opened, standin.Changed:
			if len(readForm(x.View).Fields) == 0 {
				continue // a modal to wait in
			}
			return chattest.Seen{Form: readForm(x.View), Post: x.View}
		case standin.Wrong:
			return chattest.Seen{Form: readForm(x.View), Errors: wrong(x.Errors), Post: x.View}
		case standin.Trouble:
			r.t.Fatalf("%s sees: %s\n%s", user, x.Words, r.log)
		}
		if strings.HasPrefix(readMessage(x.Message).Text, waitWords) {
			continue
		}
		edited := func(m standin.Message) bool { return x.Kind == standin.Edited && m.TS == x.Message.TS }
		if slices.ContainsFunc(parts, edited) {
			continue // the outbox has brought the pressed message up to date since
		}
		parts = append(parts, x.Message)
		if x.Kind == standin.Posted {
			r.taken[x.Message.TS] = true
		}
	}
	seen = r.read(user, parts)
	return seen
}

// wrong gives what is wrong with a form by field. Slack shows an error beside a
// field only; one that belongs to none comes with a line that works.
func wrong(shown map[string]string) map[string]string {
	all := map[string]string{}
	for name, words := range shown {
		if strings.Contains(words, "\nTry: ") {
			name = ""
		}
		all[name] = words
	}
	return all
}

// meant tells whether a sight belongs to the answer of a deed: beside what
// Slack can tell, what only its person sees, since a sent form is answered
// where it was asked for, and a text in the direct messages in which a button
// was pressed.
func (r *room) meant(user string, d *standin.Delivery, x standin.Sight) bool {
	if x.Kind == standin.Closed {
		return false // the answer comes before it or after it
	}
	alone := x.Kind == standin.Ephemeral || x.Kind == standin.Changed && x.View.Type == "modal"
	if d.Answers(x) || alone && x.User == r.people[user].ID {
		return true
	}
	return x.Kind == standin.Posted && x.Message.Channel == d.Where() && x.Message.Channel == r.Direct(r.people[user].ID) && len(x.Message.Files) == 0
}

// more waits a little for a further part of an answer. Nothing tells that an
// answer is over but that no more of it comes.
func (r *room) more(user string, d *standin.Delivery, from int) bool {
	for end := time.Now().Add(150 * time.Millisecond); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if slices.ContainsFunc(r.Sights(from), func(x standin.Sight) bool { return r.meant(user, d, x) }) {
			return true
		}
	}
	return false
}

// read gives messages as their reader sees them, as one.
func (r *room) read(user string, parts []standin.Message) chattest.Seen {
	seen := chattest.Seen{Post: parts}
	var text []string
	for _, m := range parts {
		one := readMessage(m)
		text = append(text, one.Text)
		seen.Buttons = append(seen.Buttons, one.Buttons...)
		seen.Files = append(seen.Files, r.pictures(m)...)
	}
	var kept []string
	for line := range strings.SplitSeq(strings.Join(text, "\n"), "\n") {
		if names, sent := strings.CutPrefix(line, fileWords); sent {
			seen.Files = append(seen.Files, r.sent(user, strings.Split(strings.TrimSuffix(names, "."), ", "))...)
			continue
		}
		kept = append(kept, strings.TrimPrefix(line, "Picture: "))
	}
	seen.Text = strings.Join(kept, "\n")
	return seen
}

// pictures gives the files that a message shows.
func (r *room) pictures(m standin.Message) []chattest.File {
	var all []chattest.File
	for _, b := range m.Blocks {
		if file, ok := b["slack_file"].(object); ok {
			f := r.File(file["id"].(string))
			all = append(all, chattest.File{Name: f.Name, Alt: b["alt_text"].(string), Size: len(f.Data)})
		}
	}
	return all
}

// sent waits for files in the direct messages.
func (r *room) sent(user string, names []string) []chattest.File {
	r.t.Helper()
	var all []chattest.File
	for _, name := range names {
		err := r.Await(r.ctx, func() bool {
			for _, f := range r.Files(r.Direct(r.people[user].ID)) {
				if f.Name == name && !r.taken[f.ID] {
					r.taken[f.ID] = true
					all = append(all, chattest.File{Name: f.Name, Alt: f.Alt, Size: len(f.Data)})
					return true
				}
			}
			return false
		})
		if err != nil {
			r.t.Fatalf("%s did not get %s: %v\n%s", user, name, err, r.log)
		}
	}
	return all
}

func (r *room) Inbox(user string) []chattest.Seen {
	return r.posts(user, r.Direct(r.people[user].ID))
}

func (r *room) Channel() []chattest.Seen { return r.posts("atc", r.channel.ID) }

// posts gives what thbot posted in a channel, but answers and files.
func (r *room) posts(user, channel string) []chattest.Seen {
	var all []chattest.Seen
	for _, m := range r.Messages(channel) {
		if m.User == r.Bot().ID && !r.taken[m.TS] && len(m.Files) == 0 {
			all = append(all, r.read(user, []standin.Message{m}))
		}
	}
	return all
}

// Settle waits for the hold, and then until nothing that is due is on its way.
func (r *room) Settle() {
	r.t.Helper()
	hold, err := time.ParseDuration(chattest.Hold)
	if err != nil {
		r.t.Fatal(err)
	}
	time.Sleep(hold + 300*time.Millisecond)
	r.eventually("what is due does not go out", func() bool { return !strings.Contains(r.say("atc", "outbox"), "Due, on the way") })
}
