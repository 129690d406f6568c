package mattermost

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

// standin is a Mattermost server as thbot sees it: it keeps what it is given,
// is as strict as the real one, and fails a test on whatever that one would
// not know. Its rules are the ones measured on a real 9.10 server.
type standin struct {
	t   testing.TB
	srv *httptest.Server
	key *ecdsa.PrivateKey

	mu       sync.Mutex
	version  string
	users    map[string]*model.User
	channels map[string]*model.Channel
	members  map[string][]string
	commands []*model.Command
	posts    []*model.Post
	actions  map[string]*model.PostAction // by post id and action id; a client never gets them
	dialogs  []model.OpenDialogRequest
	hooks    map[string]int // uses left
	answers  []*model.CommandResponse
	files    map[string]string // name by id
	attached map[string]bool
	now      func() time.Time
	late     map[string]time.Time // posts that the history shows only from then on
	denied   map[string]bool      // permissions that the bot lacks
	seen     []string             // method and path of each request
	next     int

	// meddle, where set, answers instead of the server; it gives false to let
	// the request through.
	meddle func(w http.ResponseWriter, r *http.Request) bool
}

const (
	botToken     = "bot-token-0123456789abcdef"
	commandToken = "cmdtoken0123456789abcdefgh"
)

// id gives a name's id: 26 letters and digits.
func id(name string) string {
	return strings.ReplaceAll(fmt.Sprintf("%-26s", strings.ReplaceAll(name, "-", "")), " ", "0")
}

func newStandin(t testing.TB) *standin {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &standin{
		t: t, key: key, version: "9.10.0", now: time.Now,
		users: map[string]*model.User{}, channels: map[string]*model.Channel{}, members: map[string][]string{},
		actions: map[string]*model.PostAction{}, hooks: map[string]int{}, files: map[string]string{},
		attached: map[string]bool{}, late: map[string]time.Time{}, denied: map[string]bool{},
	}
	s.addUser("thbot", func(u *model.User) { u.IsBot = true })
	for _, name := range []string{"cepol", "europol", "frontex", "atc", "witness"} {
		s.addUser(name, nil)
	}
	s.addUser("outsider", nil)
	s.addUser("guest-eige", func(u *model.User) { u.Roles = "system_guest" })
	s.channels[id("coordination")] = &model.Channel{Id: id("coordination"), TeamId: id("team"), Name: "contact-points", Type: model.ChannelTypePrivate}
	s.members[id("coordination")] = []string{id("thbot"), id("cepol"), id("europol")}
	s.srv = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.srv.Close)
	return s
}

func (s *standin) addUser(name string, change func(*model.User)) {
	u := &model.User{Id: id(name), Username: name, Roles: "system_user", Timezone: model.StringMap{"useAutomaticTimezone": "true", "automaticTimezone": "Europe/Lisbon"}}
	if change != nil {
		change(u)
	}
	s.users[u.Id] = u
}

// trigger makes a trigger_id as the server does.
func (s *standin) trigger(user string) string {
	s.t.Helper()
	_, trigger, err := model.GenerateTriggerId(user, s.key)
	if err != nil {
		s.t.Fatal(err)
	}
	return trigger
}

func (s *standin) publicKey() string {
	der, err := x509.MarshalPKIXPublicKey(&s.key.PublicKey)
	if err != nil {
		s.t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

func (s *standin) newID(kind string) string {
	s.next++
	return id(fmt.Sprintf("%s%d", kind, s.next))
}

func (s *standin) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	meddle := s.meddle
	s.seen = append(s.seen, r.Method+" "+r.URL.Path)
	s.mu.Unlock()
	if meddle != nil && meddle(w, r) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller hung up
	}
	if hook, ok := strings.CutPrefix(r.URL.Path, "/hooks/commands/"); ok {
		s.hook(w, r, hook, body)
		return
	}
	if r.URL.Path != "/api/v4/actions/dialogs/open" && !strings.EqualFold(r.Header.Get("Authorization"), "Bearer "+botToken) {
		s.refuse(w, 401, "api.context.session_expired.app_error")
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/api/v4/")
	for _, route := range s.routes() {
		if route.method != r.Method {
			continue
		}
		if m := route.path.FindStringSubmatch(path); m != nil {
			route.do(w, r, m[1:], body)
			return
		}
	}
	s.t.Errorf("the server knows no %s %s", r.Method, r.URL)
	s.refuse(w, 404, "api.context.404.app_error")
}

func (s *standin) refuse(w http.ResponseWriter, status int, id string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"id": id, "message": "Eine Meldung in irgendeiner Sprache", "detailed_error": "", "request_id": "r", "status_code": status})
}

func (s *standin) give(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

type standinRoute struct {
	method string
	path   *regexp.Regexp
	do     func(w http.ResponseWriter, r *http.Request, at []string, body []byte)
}

func (s *standin) routes() []standinRoute {
	route := func(method, path string, do func(w http.ResponseWriter, r *http.Request, at []string, body []byte)) standinRoute {
		return standinRoute{method, regexp.MustCompile("^" + path + "$"), do}
	}
	const one = `([a-z0-9]{26})`
	return []standinRoute{
		route("GET", "users/me", func(w http.ResponseWriter, _ *http.Request, _ []string, _ []byte) {
			s.give(w, 200, s.users[id("thbot")])
		}),
		route("GET", "users/"+one, s.getUser),
		route("GET", `users/username/(.+)`, s.getUserByName),
		route("GET", "config/client", s.getConfig),
		route("GET", "teams/name/(.+)", s.getTeam),
		route("GET", "teams/"+one+"/channels/name/(.+)", s.getChannelByName),
		route("GET", "commands", s.listCommands),
		route("POST", "commands", s.createCommand),
		route("PUT", "commands/"+one, s.updateCommand),
		route("POST", "channels/direct", s.createDirect),
		route("GET", "channels/"+one, func(w http.ResponseWriter, _ *http.Request, at []string, _ []byte) { s.give(w, 200, s.channels[at[0]]) }),
		route("GET", "channels/"+one+"/members", s.listMembers),
		route("GET", "channels/"+one+"/members/"+one, s.getMember),
		route("GET", "channels/"+one+"/posts", s.listPosts),
		route("POST", "posts", s.createPost),
		route("GET", "posts/"+one, s.getPost),
		route("PUT", "posts/"+one+"/patch", s.patchPost),
		route("DELETE", "posts/"+one, s.deletePost),
		route("POST", "files", s.uploadFile),
		route("POST", "actions/dialogs/open", s.openDialog),
		route("GET", "system/ping", func(w http.ResponseWriter, _ *http.Request, _ []string, _ []byte) {
			s.give(w, 200, map[string]string{"status": "OK"})
		}),
		route("POST", "commands/execute", s.execute),
	}
}

func (s *standin) getUser(w http.ResponseWriter, _ *http.Request, at []string, _ []byte) {
	if u := s.users[at[0]]; u != nil {
		s.give(w, 200, u)
		return
	}
	s.refuse(w, 404, "app.user.missing_account.const")
}

func (s *standin) getUserByName(w http.ResponseWriter, _ *http.Request, at []string, _ []byte) {
	for _, u := range s.users {
		if u.Username == at[0] {
			s.give(w, 200, u)
			return
		}
	}
	s.refuse(w, 404, "app.user.get_by_username.app_error")
}

func (s *standin) getConfig(w http.ResponseWriter, r *http.Request, _ []string, _ []byte) {
	if r.URL.Query().Get("format") != "old" {
		s.refuse(w, 400, "api.config.client.old_format.app_error")
		return
	}
	s.give(w, 200, map[string]string{"Version": s.version, "AsymmetricSigningPublicKey": s.publicKey(), "SiteURL": s.srv.URL})
}

func (s *standin) getTeam(w http.ResponseWriter, _ *http.Request, at []string, _ []byte) {
	if at[0] != "thb" {
		s.refuse(w, 404, "app.team.get_by_name.missing.app_error")
		return
	}
	s.give(w, 200, &model.Team{Id: id("team"), Name: "thb"})
}

func (s *standin) getChannelByName(w http.ResponseWriter, _ *http.Request, at []string, _ []byte) {
	for _, c := range s.channels {
		if c.Name == at[1] && slices.Contains(s.members[c.Id], id("thbot")) {
			s.give(w, 200, c)
			return
		}
	}
	s.refuse(w, 404, "app.channel.get_by_name.missing.app_error")
}

func (s *standin) listCommands(w http.ResponseWriter, r *http.Request, _ []string, _ []byte) {
	if s.denied["manage_slash_commands"] {
		s.refuse(w, 403, "api.context.permissions.app_error")
		return
	}
	if r.URL.Query().Get("custom_only") != "true" || r.URL.Query().Get("team_id") != id("team") {
		s.t.Errorf("commands listed with %s", r.URL.RawQuery)
	}
	s.give(w, 200, s.commands)
}

func (s *standin) createCommand(w http.ResponseWriter, _ *http.Request, _ []string, body []byte) {
	var c model.Command
	s.decode(body, &c)
	if s.denied["manage_slash_commands"] {
		s.refuse(w, 403, "api.context.permissions.app_error")
		return
	}
	for _, old := range s.commands {
		if old.Trigger == c.Trigger {
			s.refuse(w, 400, "api.command.duplicate_trigger.app_error")
			return
		}
	}
	c.Id, c.Token, c.CreatorId, c.CreateAt, c.UpdateAt = s.newID("command"), commandToken, id("thbot"), 1, 1
	if err := c.IsValid(); err != nil {
		s.t.Errorf("the server refuses the command: %v", err)
	}
	s.commands = append(s.commands, &c)
	s.give(w, 201, &c)
}

func (s *standin) updateCommand(w http.ResponseWriter, _ *http.Request, at []string, body []byte) {
	var c model.Command
	s.decode(body, &c)
	for i, old := range s.commands {
		if old.Id == at[0] && c.Id == old.Id && c.TeamId == old.TeamId {
			c.Token, c.CreatorId = old.Token, old.CreatorId
			s.commands[i] = &c
			s.give(w, 200, &c)
			return
		}
	}
	s.refuse(w, 404, "app.command.getcommand.missing.app_error")
}
