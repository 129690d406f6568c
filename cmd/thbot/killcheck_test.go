package main

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"thbot/bot/slack/standin"
	"thbot/store"
	"thbot/store/bolt"
)

// check compares register and chat.
func (v *victim) check() {
	v.t.Helper()
	db, err := bolt.Open(v.path("thbot.db"))
	if err != nil {
		v.t.Fatal(err)
	}
	s, err := store.Open(v.t.Context(), db)
	if err != nil {
		v.t.Fatal(err)
	}
	defer s.Close()
	said := map[string]string{} // key by post id
	err = s.View(v.t.Context(), func(view *store.View) error {
		v.checkRecords(view)
		return v.checkRows(view, said)
	})
	if err != nil {
		v.t.Fatal(err)
	}
	v.checkPosts(said)
	v.checkBlind()
}

func (v *victim) checkRecords(view *store.View) {
	times := map[string]int{}
	for a := range view.Activities() {
		times[a.Title]++
	}
	told := v.told()
	for _, title := range v.titles {
		if n := times[title]; n > 1 || told[title] && n == 0 {
			v.t.Errorf("%q is recorded %d times; its sender was told so: %t", title, n, told[title])
		}
	}
	v.t.Logf("%d records sent, %d acknowledged, %d stored", len(v.titles), len(told), len(times))
	if len(told) == 0 {
		v.t.Error("nothing was recorded")
	}
}

// told gives the titles whose senders were told that they are recorded.
func (v *victim) told() map[string]bool {
	told := map[string]bool{}
	for _, sight := range v.slack.Sights(0) {
		if sight.Kind != standin.Ephemeral {
			continue
		}
		b, err := json.Marshal(sight.Message)
		if err != nil {
			v.t.Fatal(err)
		}
		for _, title := range v.titles {
			if strings.Contains(string(b), " recorded") && strings.Contains(string(b), title) {
				told[title] = true
			}
		}
	}
	return told
}

func (v *victim) checkRows(view *store.View, said map[string]string) error {
	counts := map[store.RowState]int{}
	var first, last time.Time
	digests := 0
	err := view.Rows("", func(r *store.Row) bool {
		counts[r.State]++
		cut := r.PlannedAt.After(v.drainedAt)
		later := r.Refresh && r.Due.After(v.drainedAt) // an edit for which it is not time yet
		if r.State == store.Failed || !cut && !later && r.Open() && (r.State == store.Claimed || r.Begun()) {
			v.t.Errorf("%s is %s: %s", r.Key, r.State, r.Reason)
		}
		for _, p := range r.Parts {
			if p.PostID != "" && (cut || r.State == store.Delivered) {
				said[p.PostID] = r.Key
			}
		}
		if slot, err := time.Parse("2006-01-02T15:04Z", r.Slot); err == nil && r.Kind == store.RowDigest {
			digests++
			if first.IsZero() || slot.Before(first) {
				first = slot
			}
			if slot.After(last) {
				last = slot
			}
		}
		return true
	})
	if want := int(last.Sub(first)/time.Minute) + 1; digests != want {
		v.t.Errorf("%d digests from %s to %s", digests, first, last)
	}
	v.t.Logf("rows: %v, digests: %d", counts, digests)
	return err
}

// checkPosts holds that what stands in Slack is what the rows say, once.
func (v *victim) checkPosts(said map[string]string) {
	marks, stand := map[string]bool{}, map[string]bool{}
	for _, m := range v.posts() {
		mark := string(m.Metadata)
		if marks[mark] {
			v.t.Errorf("a message stands twice, the second as %s (%s)", m.TS, said[m.TS])
		}
		marks[mark], stand[m.TS] = true, true
		if said[m.TS] == "" {
			v.t.Errorf("post %s stands, and no message is there as it", m.TS)
		}
	}
	for id, key := range said {
		if !stand[id] {
			v.t.Errorf("%s is said to be there as %s, and is not", key, id)
		}
	}
	v.t.Logf("%d posts stand", len(stand))
}

// posts gives what stands of the outbox's posts: those with a mark.
func (v *victim) posts() []standin.Message {
	var all []standin.Message
	channels := []string{v.channel}
	for _, id := range v.users {
		channels = append(channels, v.slack.Direct(id))
	}
	for _, c := range channels {
		for _, m := range v.slack.Messages(c) {
			if len(m.Metadata) > 0 && m.User == v.slack.Bot().ID {
				all = append(all, m)
			}
		}
	}
	return all
}

// checkBlind holds that a post is made again only after its place was read
// twice.
func (v *victim) checkBlind() {
	posted, reads, again := map[string]int{}, map[string]int{}, 0
	for _, c := range v.slack.Calls() {
		channel := c.Args.Get("channel")
		switch c.Method {
		case "conversations.history":
			reads[channel]++
		case "chat.postMessage":
			mark := markIn(c.Args)
			if at, before := posted[mark]; before && c.Error == "" {
				again++
				if reads[channel]-at < 2 {
					v.t.Errorf("posted again after %d look-ups", reads[channel]-at)
				}
			}
			posted[mark] = reads[channel]
		}
	}
	v.t.Logf("%d posts, %d of them made again after look-ups", len(posted), again)
}

func markIn(args url.Values) string {
	var m struct {
		Payload json.RawMessage `json:"event_payload"`
	}
	json.Unmarshal([]byte(args.Get("metadata")), &m)
	return string(m.Payload)
}
