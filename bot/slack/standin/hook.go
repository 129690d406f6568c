package standin

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// hook is what a response_url stands for.
type hook struct {
	user     string
	channel  string
	delivery string
	message  *Message // whose button was pressed; nil after a command
	at       time.Time
	uses     int
}

// Limits of a response_url.
const (
	hookUses  = 5
	hookLasts = 30 * time.Minute
)

func hexOf(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// newHook makes a response_url; the lock is held.
func (s *Server) newHook(h hook) string {
	id := hexOf(12)
	h.at = s.now()
	s.hooks[id] = &h
	return s.http.URL + "/hook/" + id
}

// serveHook takes an answer by response_url. It takes JSON and no token.
func (s *Server) serveHook(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	a := &asked{method: "hook", args: url.Values{}, body: string(raw)}
	fault := s.fault("hook")
	if fault.before(s, w, a) {
		return
	}
	code, status := "", http.StatusOK
	s.mu.Lock()
	if refused := s.runHook(r, a, raw); refused != nil {
		code = refused.code
		status = map[string]int{"used_url": 404, "expired_url": 404, "invalid_url": 404}[code]
		if status == 0 {
			status = http.StatusBadRequest
		}
	}
	s.wake()
	s.mu.Unlock()
	s.note(a, code)
	body := "ok"
	if code != "" {
		body = `{"ok":false,"error":"` + code + `"}`
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	} else {
		w.Header().Set("Content-Type", "text/html")
	}
	if fault.after(s, w, []byte(body)) {
		return
	}
	w.WriteHeader(status)
	io.WriteString(w, body)
}

// response is what an answer by response_url, or in place, may hold.
type response struct {
	Text            string          `json:"text"`
	Blocks          json.RawMessage `json:"blocks"`
	Metadata        json.RawMessage `json:"metadata"`
	Type            string          `json:"response_type"`
	ReplaceOriginal bool            `json:"replace_original"`
	DeleteOriginal  bool            `json:"delete_original"`
}

func (s *Server) runHook(r *http.Request, a *asked, raw []byte) *refusal {
	h := s.hooks[r.PathValue("id")]
	var resp response
	switch {
	case h == nil:
		return no("invalid_url")
	case r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"):
		return no("invalid_payload")
	case s.now().Sub(h.at) > hookLasts:
		return no("expired_url")
	case h.uses >= hookUses:
		return no("used_url")
	case json.Unmarshal(raw, &resp) != nil:
		return no("invalid_payload")
	}
	h.uses++
	return s.respond(h, resp)
}

// respond does what an answer says: a message for the person alone unless it
// says in_channel, one in the pressed message's place, or that message away.
func (s *Server) respond(h *hook, resp response) *refusal {
	if resp.DeleteOriginal && h.message != nil {
		c := s.channels[h.channel]
		c.messages = slices.DeleteFunc(c.messages, func(m *Message) bool { return m == h.message })
		s.see(Sight{Kind: Deleted, User: h.message.Only, Message: *h.message, Delivery: h.delivery})
		return nil
	}
	said := &Message{Channel: h.channel, User: s.bot.ID, own: true, Text: cutText(resp.Text)}
	if len(resp.Blocks) > 0 && string(resp.Blocks) != "null" {
		blocks, refused := s.checkBlocks(string(resp.Blocks), inMessage, "/blocks")
		if refused != nil && refused.code != "msg_blocks_too_long" { // that limit is chat.postMessage's alone
			return refused
		}
		said.Blocks = blocks
	}
	if said.Text == "" && len(said.Blocks) == 0 {
		return no("no_text")
	}
	if resp.ReplaceOriginal && h.message != nil {
		h.message.Text, h.message.Blocks = said.Text, said.Blocks
		h.message.Edits++
		s.see(Sight{Kind: Edited, User: h.message.Only, Message: *h.message, Delivery: h.delivery})
		return nil
	}
	kind := Posted
	if resp.Type != "in_channel" {
		said.Only, kind = h.user, Ephemeral
	}
	s.put(s.channels[h.channel], said)
	s.see(Sight{Kind: kind, User: said.Only, Message: *said, Delivery: h.delivery})
	return nil
}
