package standin

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Message is one message as it stands.
type Message struct {
	Channel  string
	TS       string
	User     string // who wrote it
	Only     string // of an ephemeral message: who alone sees it
	Text     string
	Blocks   []object
	Metadata json.RawMessage
	Files    []string // ids
	Edits    int
	Unfurls  bool // links in it are unfurled

	own bool // the app's
	lag int  // reads of the history until it is in it
}

// maxText is where Slack cuts a message's text, in characters. An edit's is
// refused as too long above maxEdit, which is reported, not documented.
const (
	maxText = 40_000
	maxEdit = 4_000
)

// stamp gives a message's ts, which no other has.
func (s *Server) stamp() string {
	at := s.now().UnixMicro()
	if at <= s.lastTS {
		at = s.lastTS + 1
	}
	s.lastTS = at
	return fmt.Sprintf("%d.%06d", at/1e6, at%1e6)
}

// content reads what a message says from a call and checks it.
func (s *Server) content(a *asked, m *Message) *refusal {
	if raw := a.get("blocks"); raw != "" {
		blocks, refused := s.checkBlocks(raw, inMessage, "/blocks")
		if refused != nil {
			return refused
		}
		m.Blocks = blocks
	}
	if raw := a.get("attachments"); raw != "" && raw != "[]" {
		if refused := checkAttachments(raw); refused != nil {
			return refused
		}
	}
	if raw := a.get("metadata"); raw == "{}" {
		m.Metadata = nil
	} else if raw != "" {
		if refused := checkMetadata(raw); refused != nil {
			return refused
		}
		m.Metadata = json.RawMessage(raw)
	}
	if _, given := a.args["text"]; given {
		m.Text = cutText(a.get("text"))
	}
	m.Unfurls = a.get("unfurl_links") != "false" || a.get("unfurl_media") != "false"
	if m.Text == "" && len(m.Blocks) == 0 && a.get("attachments") == "" {
		return no("no_text")
	}
	return nil
}

func cutText(text string) string {
	if utf8.RuneCountInString(text) > maxText {
		return string([]rune(text)[:maxText])
	}
	return text
}

func checkAttachments(raw string) *refusal {
	var all []object
	if json.Unmarshal([]byte(raw), &all) != nil {
		return no("invalid_attachments")
	}
	if len(all) > 100 {
		return no("too_many_attachments")
	}
	return nil
}

func checkMetadata(raw string) *refusal {
	var m struct {
		Type    string         `json:"event_type"`
		Payload map[string]any `json:"event_payload"`
	}
	switch {
	case json.Unmarshal([]byte(raw), &m) != nil:
		return no("invalid_metadata_format")
	case m.Type == "" || m.Payload == nil:
		return no("invalid_metadata_schema")
	case len(raw) > 16_000:
		return no("metadata_too_large")
	}
	return nil
}

// writable gives the channel that a post goes to; a user's id stands for his
// direct messages.
func (s *Server) writable(id string) (*Channel, *refusal) {
	if u := s.users[id]; u != nil && !u.Deleted && !u.Bot {
		return s.direct(u.ID), nil
	}
	if name, ok := strings.CutPrefix(id, "#"); ok {
		for _, c := range s.channels {
			if c.Name == name {
				id = c.ID
			}
		}
	}
	c, refused := s.found(id)
	switch {
	case refused != nil:
		return nil, refused
	case c.Archived:
		return nil, no("is_archived")
	case !c.has(s.bot.ID) && !s.may("chat:write.public"):
		return nil, no("not_in_channel")
	}
	return c, nil
}

// tooSoon keeps the pace of a channel.
func (s *Server) tooSoon(channel string) *refusal {
	if s.cfg.Pace == 0 {
		return nil
	}
	last, now := s.paced[channel], s.now()
	if now.Sub(last) < s.cfg.Pace {
		return &refusal{code: "ratelimited", after: max(1, int(s.cfg.Pace/time.Second))}
	}
	s.paced[channel] = now
	return nil
}

func (s *Server) postMessage(a *asked) (object, *refusal) {
	c, refused := s.writable(a.get("channel"))
	if refused != nil {
		return nil, refused
	}
	if refused := s.tooSoon(c.ID); refused != nil {
		return nil, refused
	}
	m := &Message{Channel: c.ID, User: s.bot.ID, own: true}
	if refused := s.content(a, m); refused != nil {
		return nil, refused
	}
	s.put(c, m)
	s.see(Sight{Kind: Posted, Message: *m})
	return object{"channel": c.ID, "ts": m.TS, "message": s.messageObject(m, true)}, nil
}

// put gives the message its ts and its place.
func (s *Server) put(c *Channel, m *Message) {
	m.Channel, m.TS, m.lag = c.ID, s.stamp(), s.historyLag
	c.messages = append(c.messages, m)
}

// named gives the message that a call names, of all but ephemeral ones.
func (s *Server) named(a *asked, ts string) (*Channel, *Message, *refusal) {
	c, refused := s.found(a.get("channel"))
	if refused != nil {
		return nil, nil, refused
	}
	for _, m := range c.messages {
		if m.TS == a.get(ts) && m.Only == "" {
			return c, m, nil
		}
	}
	return c, nil, no("message_not_found")
}

// updateMessage edits. Metadata that the call does not give stay, blocks only
// where it gives no text either.
func (s *Server) updateMessage(a *asked) (object, *refusal) {
	c, m, refused := s.named(a, "ts")
	switch {
	case refused != nil:
		return nil, refused
	case !m.own:
		return nil, no("cant_update_message")
	case utf8.RuneCountInString(a.get("text")) > maxEdit:
		return nil, no("msg_too_long")
	}
	edited := *m
	if a.get("text") != "" {
		edited.Blocks = nil
	}
	if refused := s.content(a, &edited); refused != nil {
		return nil, refused
	}
	edited.Edits++
	*m = edited
	s.see(Sight{Kind: Edited, Message: *m})
	return object{"channel": c.ID, "ts": m.TS, "text": m.Text, "message": s.messageObject(m, true)}, nil
}

func (s *Server) deleteMessage(a *asked) (object, *refusal) {
	c, m, refused := s.named(a, "ts")
	switch {
	case refused != nil:
		return nil, refused
	case !m.own:
		return nil, no("cant_delete_message")
	}
	c.messages = slices.DeleteFunc(c.messages, func(o *Message) bool { return o == m })
	s.see(Sight{Kind: Deleted, Message: *m})
	return object{"channel": c.ID, "ts": m.TS}, nil
}

func (s *Server) postEphemeral(a *asked) (object, *refusal) {
	c, refused := s.writable(a.get("channel"))
	if refused != nil {
		return nil, refused
	}
	u := s.users[a.get("user")]
	if u == nil || u.Deleted || !c.has(u.ID) {
		return nil, no("user_not_in_channel")
	}
	m := &Message{Channel: c.ID, User: s.bot.ID, Only: u.ID, own: true}
	if refused := s.content(a, m); refused != nil {
		return nil, refused
	}
	s.put(c, m)
	s.see(Sight{Kind: Ephemeral, User: u.ID, Message: *m})
	return object{"message_ts": m.TS}, nil
}

func (s *Server) permalink(a *asked) (object, *refusal) {
	c, m, refused := s.named(a, "message_ts")
	if refused != nil {
		return nil, refused
	}
	return object{"channel": c.ID, "permalink": s.link(m)}, nil
}

func (s *Server) link(m *Message) string {
	return "https://" + s.team.Domain + ".slack.com/archives/" + m.Channel + "/p" + strings.ReplaceAll(m.TS, ".", "")
}

// history gives the messages newest first, as far as they have arrived in it.
func (s *Server) history(a *asked) (object, *refusal) {
	c, refused := s.seen(a.get("channel"), "history")
	switch {
	case refused != nil:
		return nil, refused
	case !c.has(s.bot.ID):
		return nil, no("not_in_channel")
	}
	oldest, err1 := stampValue(a.get("oldest"))
	latest, err2 := stampValue(a.get("latest"))
	if err1 != nil {
		return nil, no("invalid_ts_oldest")
	}
	if err2 != nil {
		return nil, no("invalid_ts_latest")
	}
	inclusive := a.get("inclusive") == "true" || a.get("inclusive") == "1"
	metadata := a.get("include_all_metadata") == "true" || a.get("include_all_metadata") == "1"
	all := []object{}
	for _, m := range slices.Backward(c.messages) {
		at, _ := stampValue(m.TS)
		if m.Only != "" {
			continue
		}
		m.lag--
		switch {
		case m.lag >= 0:
		case oldest > 0 && (at < oldest || at == oldest && !inclusive):
		case latest > 0 && (at > latest || at == latest && !inclusive):
		default:
			all = append(all, s.messageObject(m, metadata))
		}
	}
	some, meta, refused := page(a, all, 100)
	if refused != nil {
		return nil, refused
	}
	return object{"messages": some, "has_more": meta["next_cursor"] != "", "pin_count": 0, "response_metadata": meta}, nil
}

// stampValue reads a ts in microseconds; 0 for none.
func stampValue(ts string) (int64, error) {
	if ts == "" {
		return 0, nil
	}
	whole, part, _ := strings.Cut(ts, ".")
	part = (part + "000000")[:6]
	return strconv.ParseInt(whole+part, 10, 64)
}

// messageObject is a message as Slack sends it.
func (s *Server) messageObject(m *Message, metadata bool) object {
	o := object{"type": "message", "user": m.User, "ts": m.TS, "text": m.Text, "team": s.team.ID}
	if m.own {
		o["bot_id"], o["app_id"] = botID, appID
	}
	if len(m.Blocks) > 0 {
		o["blocks"] = m.Blocks
	}
	if m.Edits > 0 {
		o["edited"] = object{"user": m.User, "ts": m.TS}
	}
	if metadata && m.Metadata != nil {
		o["metadata"] = m.Metadata
	}
	if len(m.Files) > 0 {
		var files []object
		for _, id := range m.Files {
			files = append(files, s.fileObject(s.files[id]))
		}
		o["files"] = files
	}
	return o
}

// Post has a person write into a channel and gives the message's ts.
func (s *Server) Post(user, channel, text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &Message{User: user, Text: s.encode(text)}
	s.put(s.channels[channel], m)
	s.see(Sight{Kind: Posted, Message: *m})
	s.wake()
	return m.TS
}
