package standin

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

type object = map[string]any

// Call is one request of the bot, as it arrived.
type Call struct {
	Method string // of the Web API; hook for a response_url, upload, socket for what a delivery was answered
	Args   url.Values
	Body   string
	Error  string // how Slack answered; empty: taken
}

// Calls gives the requests of the bot so far.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// refusal is an answer with ok false.
type refusal struct {
	code  string
	notes []string
	more  object
	after int // with ratelimited: seconds
}

func no(code string, notes ...string) *refusal { return &refusal{code: code, notes: notes} }

// asked is a call of the Web API under way.
type asked struct {
	method string
	args   url.Values
	token  string
	body   string
}

func (a *asked) get(name string) string { return a.args.Get(name) }

// method is one method of the Web API.
type method struct {
	scopes []string // one of them is enough; none: no scope needed
	app    bool     // takes the app's token, not the bot's
	need   []string // required arguments
	do     func(s *Server, a *asked) (object, *refusal)
}

// methods are those that the stand-in knows.
func methods() map[string]method {
	read := []string{"channels:read", "groups:read", "im:read", "mpim:read"}
	past := []string{"channels:history", "groups:history", "im:history", "mpim:history"}
	write := []string{"chat:write"}
	return map[string]method{
		"auth.test":                    {do: (*Server).authTest},
		"apps.connections.open":        {app: true, do: (*Server).openConnection},
		"team.info":                    {scopes: []string{"team:read"}, do: (*Server).teamInfo},
		"chat.postMessage":             {scopes: write, need: []string{"channel"}, do: (*Server).postMessage},
		"chat.update":                  {scopes: write, need: []string{"channel", "ts"}, do: (*Server).updateMessage},
		"chat.delete":                  {scopes: write, need: []string{"channel", "ts"}, do: (*Server).deleteMessage},
		"chat.postEphemeral":           {scopes: write, need: []string{"channel", "user"}, do: (*Server).postEphemeral},
		"chat.getPermalink":            {need: []string{"channel", "message_ts"}, do: (*Server).permalink},
		"conversations.open":           {scopes: []string{"im:write"}, do: (*Server).openConversation},
		"conversations.history":        {scopes: past, need: []string{"channel"}, do: (*Server).history},
		"conversations.info":           {scopes: read, need: []string{"channel"}, do: (*Server).conversationInfo},
		"conversations.list":           {scopes: read, do: (*Server).conversationList},
		"conversations.members":        {scopes: read, need: []string{"channel"}, do: (*Server).conversationMembers},
		"conversations.join":           {scopes: []string{"channels:join"}, need: []string{"channel"}, do: (*Server).joinConversation},
		"users.conversations":          {scopes: read, do: (*Server).userConversations},
		"users.info":                   {scopes: []string{"users:read"}, need: []string{"user"}, do: (*Server).userInfo},
		"users.list":                   {scopes: []string{"users:read"}, do: (*Server).userList},
		"users.lookupByEmail":          {scopes: []string{"users:read.email"}, need: []string{"email"}, do: (*Server).userByEmail},
		"views.open":                   {need: []string{"view"}, do: (*Server).openView},
		"views.push":                   {need: []string{"view"}, do: (*Server).pushView},
		"views.update":                 {need: []string{"view"}, do: (*Server).updateView},
		"views.publish":                {need: []string{"user_id", "view"}, do: (*Server).publishView},
		"files.getUploadURLExternal":   {scopes: []string{"files:write"}, need: []string{"filename", "length"}, do: (*Server).uploadURL},
		"files.completeUploadExternal": {scopes: []string{"files:write"}, need: []string{"files"}, do: (*Server).completeUpload},
		"files.info":                   {scopes: []string{"files:read"}, need: []string{"file"}, do: (*Server).fileInfo},
		"files.delete":                 {scopes: []string{"files:write"}, need: []string{"file"}, do: (*Server).fileDelete},
	}
}

// serveCall answers a call of the Web API.
func (s *Server) serveCall(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	a, refused := read(r, name)
	fault := s.fault(name)
	if fault.before(s, w, a) {
		return
	}
	var out object
	s.mu.Lock()
	if refused == nil {
		out, refused = s.run(a)
	}
	s.wake()
	s.mu.Unlock()
	s.answer(w, a, out, refused, fault)
}

// run does the call; the lock is held.
func (s *Server) run(a *asked) (object, *refusal) {
	m, known := methods()[a.method]
	switch {
	case !known:
		return nil, no("unknown_method")
	case a.token == "":
		return nil, no("not_authed")
	case m.app && a.token == BotToken, !m.app && a.token == AppToken:
		return nil, no("not_allowed_token_type")
	case m.app && a.token != AppToken, !m.app && a.token != BotToken:
		return nil, no("invalid_auth")
	case s.refused != "":
		return nil, no(s.refused)
	case len(m.scopes) > 0 && !slices.ContainsFunc(m.scopes, s.may):
		return nil, s.lacks(m.scopes[0])
	}
	for _, field := range m.need {
		if a.get(field) == "" {
			return nil, no("invalid_arguments", "[ERROR] missing required field: "+field)
		}
	}
	return m.do(s, a)
}

func (s *Server) may(scope string) bool { return slices.Contains(s.scopes, scope) }

func (s *Server) lacks(scope string) *refusal {
	return &refusal{code: "missing_scope", more: object{"needed": scope, "provided": strings.Join(s.scopes, ",")}}
}

// read reads a call strictly: POST, or GET with a query; a form, or JSON with
// the token in its header.
func read(r *http.Request, name string) (*asked, *refusal) {
	a := &asked{method: name, args: url.Values{}}
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	a.token = bearer
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return a, no("request_timeout")
	}
	a.body = string(raw)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Method == http.MethodGet:
		a.args = r.URL.Query()
	case kind == "application/x-www-form-urlencoded" || len(raw) == 0:
		if a.args, err = url.ParseQuery(a.body); err != nil {
			return a, no("invalid_form_data")
		}
	case kind == "application/json":
		if refused := a.fromJSON(raw); refused != nil {
			return a, refused
		}
	default:
		return a, no("invalid_post_type")
	}
	if a.token == "" {
		a.token = a.get("token")
	}
	return a, nil
}

// fromJSON reads the fields of a JSON body; what is no string stays JSON.
func (a *asked) fromJSON(raw []byte) *refusal {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return no("json_not_object")
	}
	for k, v := range fields {
		var text string
		if json.Unmarshal(v, &text) != nil {
			text = string(v)
		}
		if text != "null" {
			a.args.Set(k, text)
		}
	}
	a.args.Del("token") // with JSON only the header counts
	return nil
}

// answer writes what Slack says.
func (s *Server) answer(w http.ResponseWriter, a *asked, out object, refused *refusal, fault *Fault) {
	if out == nil {
		out = object{}
	}
	out["ok"] = refused == nil
	code, status := "", http.StatusOK
	if refused != nil {
		code = refused.code
		out["error"] = code
		if len(refused.notes) > 0 {
			out["response_metadata"] = object{"messages": refused.notes}
		}
		if code == "invalid_blocks" {
			var plain []string
			for _, n := range refused.notes {
				plain = append(plain, strings.TrimPrefix(n, "[ERROR] "))
			}
			out["errors"] = plain
		}
		for k, v := range refused.more {
			out[k] = v
		}
	}
	s.note(a, code)
	if refused != nil && refused.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(refused.after))
		status = http.StatusTooManyRequests
	}
	s.mu.Lock()
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.scopes, ","))
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	body, _ := json.Marshal(out)
	if fault.after(s, w, body) {
		return
	}
	w.WriteHeader(status)
	w.Write(body)
}

func (s *Server) note(a *asked, code string) {
	s.change(func() { s.calls = append(s.calls, Call{Method: a.method, Args: a.args, Body: a.body, Error: code}) })
}

// page cuts a list by limit and cursor, which is the index it starts at.
func page[T any](a *asked, all []T, usual int) ([]T, object, *refusal) {
	from, limit := 0, usual
	if c := a.get("cursor"); c != "" {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(c, "next:"), "="))
		if err != nil || n < 0 || n > len(all) {
			return nil, nil, no("invalid_cursor")
		}
		from = n
	}
	if l := a.get("limit"); l != "" && l != "0" {
		n, err := strconv.Atoi(l)
		if err != nil || n < 1 || n > 1000 {
			return nil, nil, no("invalid_limit")
		}
		limit = n
	}
	rest, next := all[from:], ""
	if len(rest) > limit {
		rest, next = rest[:limit], "next:"+strconv.Itoa(from+limit)+"="
	}
	return rest, object{"next_cursor": next}, nil
}
