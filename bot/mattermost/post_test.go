package mattermost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/commands"
)

var plain = commands.Tell(commands.Say("hello"))

// attempt sends once while the server meddles with what comes to the path.
func (d *desk) attempt(method, path string, meddle http.HandlerFunc) chat.Outcome {
	d.t.Helper()
	d.server.mu.Lock()
	d.server.meddle = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != method || r.URL.Path != "/api/v4/"+path {
			return false
		}
		meddle(w, r)
		return true
	}
	d.server.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return d.adapter.Send(ctx, chat.Post{Place: d.channel(), Key: "digest:1/1", Body: d.body(plain)})
}

func TestOutcomes(t *testing.T) {
	said := func(status int, id string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			json.NewEncoder(w).Encode(map[string]any{"id": id, "message": "Der Text von Jane", "status_code": status})
		}
	}
	text := func(status int, body string, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if len(header) == 2 {
				w.Header().Set(header[0], header[1])
			}
			w.WriteHeader(status)
			w.Write([]byte(body))
		}
	}
	hangUp := func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			c.Close()
		}
	}
	for name, c := range map[string]struct {
		meddle  http.HandlerFunc
		verdict chat.Verdict
		after   time.Duration
	}{
		"too long":                    {said(400, "model.post.is_valid.msg.app_error"), chat.GiveUp, 0},
		"not in the channel":          {said(403, "api.context.permissions.app_error"), chat.GiveUp, 0},
		"no such channel":             {said(404, "app.channel.get.existing.app_error"), chat.GiveUp, 0},
		"token revoked":               {said(401, "api.context.session_expired.app_error"), chat.Wait, waitRefused},
		"rate limit":                  {text(429, "limit exceeded", "Retry-After", "7"), chat.Wait, 7 * time.Second},
		"rate limit, reset":           {text(429, "limit exceeded", "X-RateLimit-Reset", "3"), chat.Wait, 3 * time.Second},
		"rate limit, unsaid":          {text(429, "limit exceeded"), chat.Wait, waitUnsaid},
		"rate limit, nonsense":        {text(429, "limit exceeded", "Retry-After", "-5"), chat.Wait, waitUnsaid},
		"rate limit, for ever":        {text(429, "limit exceeded", "Retry-After", "99999999"), chat.Wait, waitMost},
		"server error":                {said(500, "app.post.save.app_error"), chat.Retry, 0},
		"proxy without server":        {text(502, "<html>Bad gateway"), chat.Retry, 0},
		"proxy's own 404":             {text(404, "<html>Not found"), chat.Retry, 0},
		"proxy's own 403":             {text(403, "<html>Forbidden"), chat.Retry, 0},
		"redirect":                    {text(302, "", "Location", "http://127.0.0.1:1/"), chat.Retry, 0},
		"hangs up":                    {hangUp, chat.Retry, 0},
		"nonsense in place of a post": {text(201, "{}"), chat.Retry, 0},
		"no JSON":                     {text(201, "<html>"), chat.Retry, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			out := d.attempt("POST", "posts", c.meddle)
			if out.Verdict != c.verdict || out.After != c.after || out.Err == nil {
				t.Errorf("%+v", out)
			}
			if strings.Contains(out.Err.Error(), "Jane") || strings.Contains(out.Err.Error(), botToken) {
				t.Errorf("the error tells too much: %v", out.Err)
			}
			if n := d.count("POST /api/v4/posts"); n != 1 {
				t.Errorf("%d attempts", n)
			}
		})
	}
}

// A redirect would take the token elsewhere.
func TestRedirectsAreNotFollowed(t *testing.T) {
	d := newDesk(t)
	reached := false
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 307, 308} {
		d.attempt("POST", "posts", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, status) })
	}
	if reached {
		t.Error("a redirect was followed")
	}
}

func TestAServerThatIsDown(t *testing.T) {
	d := newDesk(t)
	d.server.srv.Close()
	if out := d.adapter.Send(context.Background(), chat.Post{Place: d.channel(), Key: "k", Body: d.body(plain)}); out.Verdict != chat.Retry {
		t.Errorf("%+v", out)
	}
	if _, err := d.adapter.Find(context.Background(), d.channel(), "k", time.Now()); err == nil {
		t.Error("nothing found, in a server that is down")
	}
}

func TestAServerThatNeverAnswers(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close() // nobody accepts
	a, err := New(Config{URL: "http://" + silent.Addr().String(), Team: "thb", Channel: "c", Token: "t", PublicURL: "http://x", Secret: []byte("0123456789abcdef")})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	out := a.Send(ctx, chat.Post{Place: chat.Place{Account: (&session{team: &model.Team{}}).accountID("u")}, Body: json.RawMessage("{}")})
	if out.Verdict != chat.Retry || !errors.Is(out.Err, context.DeadlineExceeded) {
		t.Errorf("%+v", out)
	}
	if a.http.Timeout != chat.CallTime {
		t.Errorf("a call may take %s", a.http.Timeout)
	}
}

func TestOwnHTTPClientIsKept(t *testing.T) {
	used := 0
	d := newDesk(t, func(c *Config) {
		c.HTTP = &http.Client{Timeout: 3 * time.Second, Transport: transport(func(r *http.Request) (*http.Response, error) {
			used++
			return http.DefaultTransport.RoundTrip(r)
		})}
	})
	if used == 0 || d.adapter.http.Timeout != 3*time.Second {
		t.Errorf("%d calls, timeout %s", used, d.adapter.http.Timeout)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestOwnCAIsUsed(t *testing.T) {
	s := newStandin(t)
	tls := httptest.NewTLSServer(http.HandlerFunc(s.serve))
	t.Cleanup(tls.Close)
	cfg := Config{URL: tls.URL, Team: "thb", Channel: "contact-points", Token: botToken, PublicURL: "https://thbot.example.eu", Secret: []byte("0123456789abcdef")}
	without, _ := New(cfg)
	if _, err := without.conn.Session(context.Background()); err == nil {
		t.Error("an unknown CA is trusted")
	}
	cfg.HTTP = tls.Client()
	with, _ := New(cfg)
	if _, err := with.conn.Session(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestAProxyIsUsed(t *testing.T) {
	s := newStandin(t)
	server := httptest.NewTLSServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	var tunnels atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != "chat.example.eu:443" {
			t.Errorf("the proxy is asked for %s %s", r.Method, r.Host)
			return
		}
		tunnels.Add(1)
		out, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		in, buffered, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		io.WriteString(in, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { io.Copy(out, buffered); out.Close() }()
		io.Copy(in, out)
		in.Close()
	}))
	t.Cleanup(proxy.Close)
	to, _ := url.Parse(proxy.URL)
	tls := server.Client().Transport.(*http.Transport).Clone()
	tls.Proxy = http.ProxyURL(to)
	tls.TLSClientConfig.ServerName = "example.com" // what the test's certificate is for
	t.Cleanup(tls.CloseIdleConnections)
	a, err := New(Config{URL: "https://chat.example.eu", Team: "thb", Channel: "contact-points", Token: botToken, PublicURL: "https://thbot.example.eu", Secret: []byte("0123456789abcdef"), HTTP: &http.Client{Transport: tls}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.conn.Session(context.Background()); err != nil || tunnels.Load() == 0 {
		t.Errorf("%d tunnels, %v", tunnels.Load(), err)
	}
}

func TestAnOversizeAnswerIsCut(t *testing.T) {
	d := newDesk(t)
	out := d.attempt("POST", "posts", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(201)
		w.Write([]byte(`{"id":"` + strings.Repeat("x", chat.AnswerBytes) + `"}`))
	})
	if out.Verdict != chat.Retry {
		t.Errorf("%+v", out.Verdict)
	}
}

func TestPostsCarryMarkAndSignedButtons(t *testing.T) {
	d := newDesk(t)
	d.post(d.channel(), "digest:-:2026-11-23T08:00Z:x/1", flagged())
	d.post(d.place("cepol"), "flag:A17.r1:-:P7/1", flagged())
	for channel, addressee := range map[string]string{id("coordination"): anybody, direct(id("cepol")): id("cepol")} {
		post := d.posts(channel)[0]
		if mark, ok := post.Props[propMark].(string); !ok || len(mark) != 64 || strings.Contains(mark, "digest") {
			t.Errorf("mark %v", post.Props[propMark])
		}
		for at, action := range d.server.actions {
			if !strings.HasPrefix(at, post.Id) {
				continue
			}
			c, err := d.adapter.keys.openClaim(action.Integration.Context[contextKey].(string))
			if err != nil || c.Addressee != addressee || c.Surface != onPost || action.Integration.URL != d.listener.URL+"/mattermost/action" {
				t.Errorf("%+v, %v", c, err)
			}
		}
	}
}

func TestFind(t *testing.T) {
	d := newDesk(t)
	ctx := context.Background()
	since := time.Now()
	first := d.post(d.channel(), "k/1", plain)
	d.post(d.channel(), "k/2", plain)
	second := d.post(d.channel(), "k/1", plain)
	gone := d.post(d.channel(), "k/1", plain)
	if err := d.adapter.Delete(ctx, d.channel(), gone); err != nil {
		t.Fatal(err)
	}
	if err := d.adapter.Delete(ctx, d.channel(), gone); err != nil {
		t.Errorf("deleting what is gone: %v", err)
	}
	d.post(d.place("cepol"), "k/1", plain)
	d.server.mu.Lock()
	d.server.posts = append(d.server.posts, &model.Post{Id: id("theirs"), UserId: id("witness"), ChannelId: id("coordination")})
	d.server.mu.Unlock()
	if err := d.adapter.Delete(ctx, d.channel(), id("theirs")); err == nil {
		t.Error("somebody else's post was deleted")
	}
	d.server.mu.Lock()
	mark := d.server.find(first).Props[propMark]
	old := *d.server.find(first)
	old.Id, old.CreateAt = id("old"), since.Add(-time.Hour).UnixMilli()
	d.server.posts = append(d.server.posts, &old)
	d.server.posts = append(d.server.posts, &model.Post{Id: id("planted"), UserId: id("witness"), ChannelId: id("coordination"), CreateAt: time.Now().UnixMilli(), Props: model.StringInterface{propMark: mark}})
	for i := range 450 { // further down than two pages
		d.server.posts = append(d.server.posts, &model.Post{Id: d.server.newID("p"), UserId: id("witness"), ChannelId: id("coordination"), CreateAt: time.Now().UnixMilli() + int64(i)})
	}
	d.server.mu.Unlock()
	ids, err := d.adapter.Find(ctx, d.channel(), "k/1", since)
	if err != nil || !slices.Equal(ids, []string{first, second}) {
		t.Errorf("%v, %v", ids, err)
	}
	if ids, _ := d.adapter.Find(ctx, d.channel(), "k/1", time.Now().Add(time.Hour)); len(ids) != 0 {
		t.Errorf("posts of before: %v", ids)
	}
	if ids, _ := d.adapter.Find(ctx, d.place("europol"), "k/1", since); len(ids) != 0 {
		t.Errorf("in another place: %v", ids)
	}
}

func TestEditKeepsFilesAndSign(t *testing.T) {
	d := newDesk(t)
	ctx := context.Background()
	out := d.adapter.Send(ctx, chat.Post{Place: d.channel(), Key: "k/1", Body: d.body(flagged()), Files: []commands.File{{Name: "a.png", Data: []byte("x")}}})
	edited := d.adapter.Edit(ctx, out.ID, chat.Post{Place: d.channel(), Key: "k/1", Body: d.body(commands.Tell(commands.Say("taken back")))})
	post := d.posts(id("coordination"))[0]
	if edited.Verdict != chat.Delivered || edited.ID != out.ID || post.Message != "taken back" || post.Props["from_bot"] != "true" || len(post.FileIds) != 1 {
		t.Errorf("%+v %+v", edited, post)
	}
	if ids, _ := d.adapter.Find(ctx, d.channel(), "k/1", d.clock()); !slices.Equal(ids, []string{out.ID}) {
		t.Errorf("not found after the edit: %v", ids)
	}
	d.adapter.Delete(ctx, d.channel(), out.ID)
	if out := d.adapter.Edit(ctx, out.ID, chat.Post{Place: d.channel(), Key: "k/1", Body: d.body(plain)}); out.Verdict != chat.GiveUp {
		t.Errorf("an edit of what is gone: %+v", out)
	}
}

// TestEditSaysThatThePictureIsOld holds that a digest which is edited with a new
// picture says from when the one is that stays, and any other edit does not.
func TestEditSaysThatThePictureIsOld(t *testing.T) {
	d := newDesk(t)
	ctx := context.Background()
	picture := []commands.File{{Name: "coverage.png", Alt: "9 of 11", Data: []byte("x")}}
	with := d.adapter.Send(ctx, chat.Post{Place: d.channel(), Key: "k/1", Body: d.body(flagged()), Files: picture})
	without := d.adapter.Send(ctx, chat.Post{Place: d.channel(), Key: "k/2", Body: d.body(flagged())})
	newer := d.body(commands.Tell(commands.Say("Week 49")))
	channel := id("coordination")
	stands := func(id string) *model.Post {
		for _, p := range d.posts(channel) {
			if p.Id == id {
				return p
			}
		}
		return &model.Post{}
	}
	old := fmt.Sprintf(sayOldPicture, time.UnixMilli(stands(with.ID).CreateAt).UTC().Format("2 January 2006"))
	for _, c := range []struct {
		id    string
		files []commands.File
		want  string
	}{{with.ID, picture, "Week 49\n\n" + old}, {with.ID, nil, "Week 49"}, {without.ID, picture, "Week 49"}} {
		if out := d.adapter.Edit(ctx, c.id, chat.Post{Place: d.channel(), Key: "k/1", Body: newer, Files: c.files}); out.Verdict != chat.Delivered {
			t.Errorf("%+v", out)
		}
		if got := stands(c.id).Message; got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestTooManyFilesAndABrokenBody(t *testing.T) {
	d := newDesk(t)
	files := make([]commands.File, 11)
	if out := d.adapter.Send(context.Background(), chat.Post{Place: d.channel(), Body: d.body(plain), Files: files}); out.Verdict != chat.GiveUp {
		t.Errorf("%+v", out)
	}
	if out := d.adapter.Send(context.Background(), chat.Post{Place: d.channel(), Body: json.RawMessage("{")}); out.Verdict != chat.GiveUp {
		t.Errorf("%+v", out)
	}
}

func TestADirectMessageToNobody(t *testing.T) {
	d := newDesk(t)
	if out := d.adapter.Send(context.Background(), chat.Post{Place: d.place("ghost"), Body: d.body(plain)}); out.Verdict != chat.GiveUp {
		t.Errorf("%+v", out)
	}
}
