package slack

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"thbot/bot/slack/standin"
)

// signed is a delivery as Slack signs it.
type signed struct {
	method, path, kind string
	body               []byte
	at                 time.Time
	secret, version    string
	header             http.Header // added last
}

func (s signed) request(t *testing.T, to string) *http.Request {
	t.Helper()
	stamp := strconv.FormatInt(s.at.Unix(), 10)
	m := hmac.New(sha256.New, []byte(s.secret))
	fmt.Fprintf(m, "%s:%s:%s", s.version, stamp, s.body)
	req, err := http.NewRequest(s.method, to+s.path, bytes.NewReader(s.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", s.kind)
	req.Header.Set(headerTimestamp, stamp)
	req.Header.Set(headerSignature, s.version+"="+hex.EncodeToString(m.Sum(nil)))
	for name, values := range s.header {
		req.Header[name] = values
	}
	return req
}

// routes are what Slack delivers to each route.
func routes(d *desk) map[string]signed {
	form := url.Values{
		"team_id": {d.server.Team().ID}, "channel_id": {d.channel.ID}, "user_id": {d.id("cepol")}, "user_name": {"cepol"},
		"command": {"/thb"}, "text": {"list"}, "trigger_id": {"1.2.3"},
	}
	press := fmt.Sprintf(`{"type":"block_actions","trigger_id":"1.2.4","user":{"id":%q},"team":{"id":%q},"container":{"type":"message","is_ephemeral":true},"actions":[{"action_id":"0|show.record|0|A1","type":"button"}]}`, d.id("cepol"), d.server.Team().ID)
	home := fmt.Sprintf(`{"type":"event_callback","event_id":"Ev1","team_id":"T","event":{"type":"app_home_opened","user":%q,"tab":"home"}}`, d.id("cepol"))
	all := map[string]signed{
		"/slack/command":     {kind: "application/x-www-form-urlencoded", body: []byte(form.Encode())},
		"/slack/interactive": {kind: "application/x-www-form-urlencoded", body: []byte(url.Values{"payload": {press}}.Encode())},
		"/slack/events":      {kind: "application/json", body: []byte(home)},
	}
	for path, s := range all {
		s.method, s.path, s.at, s.secret, s.version = "POST", path, time.Now(), standin.SigningSecret, "v0"
		all[path] = s
	}
	return all
}

// TestNothingForgedIsTaken changes one thing about a delivery that would be
// taken as it is.
func TestNothingForgedIsTaken(t *testing.T) {
	bad := map[string]func(*signed){
		"unsigned":       func(s *signed) { s.header = http.Header{headerSignature: nil} },
		"no time":        func(s *signed) { s.header = http.Header{headerTimestamp: nil} },
		"another secret": func(s *signed) { s.secret = "guess" },
		"empty secret":   func(s *signed) { s.secret = "" },
		"version 1":      func(s *signed) { s.version = "v1" },
		"no version":     func(s *signed) { s.header = http.Header{headerSignature: {strings.Repeat("a", 64)}} },
		"short":          func(s *signed) { s.header = http.Header{headerSignature: {"v0=abcdef"}} },
		"empty":          func(s *signed) { s.header = http.Header{headerSignature: {""}} },
		"no digits":      func(s *signed) { s.header = http.Header{headerSignature: {"v0=" + strings.Repeat("z", 64)}} },
		"301 s old":      func(s *signed) { s.at = time.Now().Add(-301 * time.Second) },
		"301 s early":    func(s *signed) { s.at = time.Now().Add(302 * time.Second) },
		"time with sign": func(s *signed) { s.header = http.Header{headerTimestamp: {"+" + strconv.FormatInt(s.at.Unix(), 10)}} },
		"time no number": func(s *signed) { s.header = http.Header{headerTimestamp: {"now"}} },
		"changed body": func(s *signed) {
			s.header = http.Header{headerSignature: s.request(t, "http://x").Header[headerSignature]}
			s.body = append(s.body, ' ')
		},
		"in the query":     func(s *signed) { s.path += "?" + string(s.body) },
		"an empty query":   func(s *signed) { s.path += "?" },
		"by GET":           func(s *signed) { s.method = "GET" },
		"by PUT":           func(s *signed) { s.method = "PUT" },
		"another type":     func(s *signed) { s.kind = "text/plain" },
		"a strange type":   func(s *signed) { s.kind += "; boundary=x" },
		"another charset":  func(s *signed) { s.kind += "; charset=utf-7" },
		"two types":        func(s *signed) { s.header = http.Header{"Content-Type": {s.kind, "text/plain"}} },
		"multipart":        func(s *signed) { s.kind = "multipart/form-data; boundary=x" },
		"257 KiB":          func(s *signed) { s.body = append(s.body, bytes.Repeat([]byte(" "), 257<<10-len(s.body))...) },
		"gzip":             func(s *signed) { s.body = zipped(s.body); s.header = http.Header{"Content-Encoding": {"gzip"}} },
		"said to be plain": func(s *signed) { s.header = http.Header{"Content-Encoding": {"identity"}} },
	}
	d := newDesk(t, HTTP)
	for path, good := range routes(d) {
		for name, change := range bad {
			s := good
			change(&s)
			if status := d.deliver(s.request(t, d.listener.URL)); status < 400 {
				t.Errorf("%s, %s: taken with %d", path, name, status)
			}
		}
		twice := good.request(t, d.listener.URL)
		twice.Header[headerSignature] = append(twice.Header[headerSignature], twice.Header[headerSignature][0])
		if status := d.deliver(twice); status != 401 {
			t.Errorf("%s: two signatures: %d", path, status)
		}
		times := good.request(t, d.listener.URL)
		times.Header[headerTimestamp] = append(times.Header[headerTimestamp], "1")
		if status := d.deliver(times); status != 401 {
			t.Errorf("%s: two times: %d", path, status)
		}
	}
	d.adapter.work.Wait()
	if n := len(d.requests()); n != 0 {
		t.Fatalf("%d accepted", n)
	}
	for path, good := range routes(d) {
		if status := d.deliver(good.request(t, d.listener.URL)); status != 200 {
			t.Errorf("%s: a good one: %d", path, status)
		}
		d.adapter.work.Wait()
		n := len(d.requests())
		if status := d.deliver(good.request(t, d.listener.URL)); status != 401 || len(d.requests()) != n {
			t.Errorf("%s: a replay: %d, %d more requests", path, status, len(d.requests())-n)
		}
		upper := good.request(t, d.listener.URL)
		upper.Header.Set(headerSignature, "v0="+strings.ToUpper(strings.TrimPrefix(upper.Header.Get(headerSignature), "v0=")))
		if status := d.deliver(upper); status != 401 || len(d.requests()) != n {
			t.Errorf("%s: a replay in capitals: %d", path, status)
		}
	}
	if n := len(d.requests()); n != 3 {
		t.Errorf("%d of 3 accepted", n)
	}
}

func zipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

func (d *desk) deliver(req *http.Request) int {
	d.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func TestUnknownRoutesAreNotThere(t *testing.T) {
	d := newDesk(t, HTTP)
	for _, path := range []string{"/", "/slack", "/slack/", "/slack/commands", "/mattermost/command"} {
		s := routes(d)["/slack/command"]
		s.path = path
		if status := d.deliver(s.request(t, d.listener.URL)); status != 404 {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestTheAddressIsVerified(t *testing.T) {
	d := newDesk(t, HTTP)
	s := routes(d)["/slack/events"]
	s.body = []byte(`{"type":"url_verification","token":"x","challenge":"3eZbrw1aB"}`)
	w := httptest.NewRecorder()
	d.adapter.Handler().ServeHTTP(w, s.request(t, ""))
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"challenge":"3eZbrw1aB"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// What is signed and is nothing that thbot knows is acknowledged, so that it
// does not come again, and counted.
func TestWhatCannotBeReadIsAcknowledgedAndCounted(t *testing.T) {
	d := newDesk(t, HTTP)
	payload := func(s string) []byte { return []byte(url.Values{"payload": {s}}.Encode()) }
	bad := map[string][][]byte{
		"/slack/command":     {[]byte("%zz"), []byte("text=list"), []byte("user_id=U0000001&user_id=U0000002")},
		"/slack/interactive": {payload("{"), payload(`{"type":"block_actions"}`), payload(`{"type":"new_thing","user":{"id":"U0000001"},"team":{"id":"T"}}`), []byte("payload={}&payload={}")},
		"/slack/events":      {[]byte("nothing"), []byte(`{"token":1}`)},
	}
	n := int64(0)
	for path, bodies := range bad {
		for _, b := range bodies {
			s := routes(d)[path]
			s.body = b
			if status := d.deliver(s.request(t, d.listener.URL)); status != 200 {
				t.Errorf("%s with %s: %d", path, b, status)
			}
			n++
		}
	}
	if d.adapter.Misread() != n || len(d.requests()) != 0 {
		t.Errorf("%d of %d counted, %d asked", d.adapter.Misread(), n, len(d.requests()))
	}
}

func TestNothingStartsWithoutItsSecrets(t *testing.T) {
	good := Config{Mode: HTTP, Channel: "c", BotToken: "xoxb-1", SigningSecret: "s", Secret: secret}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Config){
		"signing secret":  func(c *Config) { c.SigningSecret = "" },
		"blank secret":    func(c *Config) { c.SigningSecret = " \n" },
		"bot token":       func(c *Config) { c.BotToken = "" },
		"channel":         func(c *Config) { c.Channel = "" },
		"register secret": func(c *Config) { c.Secret = nil },
		"mode":            func(c *Config) { c.Mode = "pigeon" },
		"address":         func(c *Config) { c.APIURL = "slack.com" },
		"app token":       func(c *Config) { c.Mode = Socket },
	} {
		cfg := good
		change(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("it starts without a good %s", name)
		}
	}
}
