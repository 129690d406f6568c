package standin

import (
	"context"
	"regexp"
	"slices"
)

// SightKind says what somebody saw.
type SightKind string

// The kinds of sights.
const (
	Posted    SightKind = "posted"    // a message, by all in its channel
	Edited    SightKind = "edited"    // a message in its place
	Deleted   SightKind = "deleted"   // a message went away
	Ephemeral SightKind = "ephemeral" // a message for one person
	Opened    SightKind = "opened"    // a modal
	Changed   SightKind = "changed"   // an open modal, or the App Home, shows something else
	Closed    SightKind = "closed"    // a modal went away
	Wrong     SightKind = "wrong"     // errors beside the fields of a sent form
	Trouble   SightKind = "trouble"   // Slack's own words that the app did not answer, or badly
)

// Sight is one thing that people saw happen.
type Sight struct {
	Kind     SightKind
	User     string // the only one who saw it; empty: all in the channel
	Message  Message
	View     View
	Errors   map[string]string // with Wrong, by block id
	Words    string            // with Trouble
	Delivery string            // the deed that it answers, where Slack can tell
}

// see keeps a sight; the lock is held.
func (s *Server) see(x Sight) {
	x.Message.Blocks = slices.Clone(x.Message.Blocks)
	s.sights = append(s.sights, x)
}

// Sights gives all that was seen, from an index on.
func (s *Server) Sights(from int) []Sight {
	s.mu.Lock()
	defer s.mu.Unlock()
	if from >= len(s.sights) {
		return nil
	}
	return slices.Clone(s.sights[from:])
}

// Mark gives the index of the next sight.
func (s *Server) Mark() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sights)
}

// Next waits for the first sight from an index on that is meant, and gives it
// with the index after it.
func (s *Server) Next(ctx context.Context, from int, meant func(Sight) bool) (Sight, int, error) {
	var found Sight
	after := from
	err := s.Await(ctx, func() bool {
		all := s.Sights(from)
		i := slices.IndexFunc(all, meant)
		if i < 0 {
			return false
		}
		found, after = all[i], from+i+1
		return true
	})
	return found, after, err
}

// Messages gives the messages of a channel as they stand, oldest first,
// without ephemeral ones.
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Message
	for _, m := range s.channels[channel].messages {
		if m.Only == "" {
			all = append(all, *m)
		}
	}
	return all
}

// Home gives a person's App Home, or nil.
func (s *Server) Home(user string) *View {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.homes[user]; v != nil {
		copied := *v
		return &copied
	}
	return nil
}

// mention finds what notifies people in mrkdwn: broadcasts, groups, users.
var mention = regexp.MustCompile(`<(?:!(?:channel|here|everyone)\b|!subteam\^|@[UW])[^>]*>`)

// Mentions gives what notifies people in all the app has posted, edited,
// opened or published so far: in mrkdwn, in fallback texts and in rich text.
func (s *Server) Mentions() []string {
	var all []string
	for _, x := range s.Sights(0) {
		if x.Message.own {
			all = append(all, mention.FindAllString(x.Message.Text, -1)...)
			for _, b := range x.Message.Blocks {
				all = append(all, mentionsIn(b)...)
			}
		}
		for _, b := range x.View.Blocks {
			all = append(all, mentionsIn(b)...)
		}
	}
	return all
}

// mentionsIn looks through a block. Plain text never mentions.
func mentionsIn(v any) []string {
	var all []string
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			all = append(all, mentionsIn(e)...)
		}
	case object:
		switch v["type"] {
		case "mrkdwn", "markdown":
			text, _ := v["text"].(string)
			return mention.FindAllString(text, -1)
		case "user", "usergroup", "broadcast":
			return []string{"rich text: " + v["type"].(string)}
		}
		for _, e := range v {
			all = append(all, mentionsIn(e)...)
		}
	}
	return all
}
