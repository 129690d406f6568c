package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"thbot/bot/slack/standin"
)

// forgeries turn a signed request of Slack's into one that is not.
var forgeries = map[string]func(r *http.Request, body []byte){
	"forged":          func(r *http.Request, body []byte) { sign(r, "another secret", time.Now(), body) },
	"unsigned":        func(r *http.Request, _ []byte) { r.Header.Del("X-Slack-Signature") },
	"without a time":  func(r *http.Request, _ []byte) { r.Header.Del("X-Slack-Request-Timestamp") },
	"two signatures":  func(r *http.Request, _ []byte) { r.Header.Add("X-Slack-Signature", "v0="+strings.Repeat("0", 64)) },
	"the same twice":  func(r *http.Request, _ []byte) { twice(r, "X-Slack-Signature") },
	"two times":       func(r *http.Request, _ []byte) { twice(r, "X-Slack-Request-Timestamp") },
	"short":           func(r *http.Request, _ []byte) { set(r, func(s string) string { return s[:20] }) },
	"of another kind": func(r *http.Request, _ []byte) { set(r, func(s string) string { return "v1" + s[2:] }) },
	"no hexadecimal":  func(r *http.Request, _ []byte) { set(r, func(s string) string { return s[:len(s)-1] + "g" }) },
	"301 seconds old": func(r *http.Request, body []byte) {
		sign(r, standin.SigningSecret, time.Now().Add(-301*time.Second), body)
	},
	"301 seconds early": func(r *http.Request, body []byte) {
		sign(r, standin.SigningSecret, time.Now().Add(302*time.Second), body)
	},
	"another body": func(r *http.Request, body []byte) {
		fill(r, bytes.Replace(body, []byte("record"), []byte("Record"), 1))
	},
	"in the query": func(r *http.Request, body []byte) {
		r.URL.RawQuery = string(body)
		fill(r, nil)
		sign(r, standin.SigningSecret, time.Now(), nil)
	},
	"in the query beside a signed body": func(r *http.Request, body []byte) { r.URL.RawQuery = string(body) },
	"257 KiB": func(r *http.Request, body []byte) {
		body = append(body, []byte("&x="+strings.Repeat("x", 257<<10))...)
		fill(r, body)
		sign(r, standin.SigningSecret, time.Now(), body)
	},
	"compressed": func(r *http.Request, body []byte) {
		var small bytes.Buffer
		z := gzip.NewWriter(&small)
		z.Write(body)
		z.Close()
		r.Header.Set("Content-Encoding", "gzip")
		fill(r, small.Bytes())
		sign(r, standin.SigningSecret, time.Now(), small.Bytes())
	},
	"as JSON": func(r *http.Request, _ []byte) { r.Header.Set("Content-Type", "application/json") },
	"by PUT":  func(r *http.Request, _ []byte) { r.Method = http.MethodPut },
}

func sign(r *http.Request, secret string, at time.Time, body []byte) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", standin.Sign(secret, stamp, body))
}

func set(r *http.Request, change func(string) string) {
	r.Header.Set("X-Slack-Signature", change(r.Header.Get("X-Slack-Signature")))
}

func twice(r *http.Request, name string) { r.Header.Add(name, r.Header.Get(name)) }

func fill(r *http.Request, body []byte) {
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

// TestOnlySlackIsHeard sends commands that Slack did not, and holds that none
// is taken; the control is taken, once.
func TestOnlySlackIsHeard(t *testing.T) {
	t.Parallel()
	s := serve(t, "http", standin.Config{})
	to := "http://" + s.address("listening for the chats")
	sent := func(text string, forge func(*http.Request, []byte)) (int, *http.Request) {
		r := s.Draft(s.people["cepol"].ID, s.channel.ID, text).Request(to, time.Now(), 0)
		body, _ := io.ReadAll(r.Body)
		fill(r, body)
		if forge != nil {
			forge(r, body)
		}
		again := r.Clone(s.ctx)
		again.Body = io.NopCloser(bytes.NewReader(body))
		return status(t, r), again
	}
	for name, forge := range forgeries {
		if code, _ := sent("record Course that is "+name, forge); code == http.StatusOK {
			t.Errorf("%s: taken", name)
		}
	}
	code, again := sent("record Course of the control", nil)
	if code != http.StatusOK {
		t.Fatalf("the control: %d", code)
	}
	if code := status(t, again); code == http.StatusOK {
		t.Error("replayed: taken")
	}
	if all := s.titles(); len(all) != 1 || all[0] != "Course of the control" {
		t.Errorf("the register has %q", all)
	}
}

func status(t *testing.T, r *http.Request) int {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0 // cut off, as it may be
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// TestSlackNeedsItsSecrets holds that a start without them is refused in
// words, and that refused ones end in /readyz.
func TestSlackNeedsItsSecrets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ mode, name string }{{"http", "THBOT_SLACK_SIGNING_SECRET"}, {"http", "THBOT_SLACK_BOT_TOKEN"}, {"socket", "THBOT_SLACK_APP_TOKEN"}} {
		s := workspace(t, c.mode, standin.Config{}, func(s *served) {
			for i, pair := range s.environ {
				if strings.HasPrefix(pair, c.name+"=") {
					s.environ[i] = c.name + "="
				}
			}
		})
		s.write()
		out, err := s.command("serve").CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.name) {
			t.Errorf("%s without %s: %v\n%s", c.mode, c.name, err, out)
		}
	}
	s := workspace(t, "socket", standin.Config{})
	s.Refuse("account_inactive")
	s.launch()
	defer s.end(syscall.SIGTERM)
	s.eventually("a refused token does not show", func() bool { return strings.Contains(s.get("/readyz"), `"refused": true`) })
}

// TestGuestsBotsAndGone holds who is let in: the roster decides, and an
// account that left is out within a minute.
func TestGuestsBotsAndGone(t *testing.T) {
	t.Parallel()
	s := serve(t, "socket", standin.Config{}, func(s *served) {
		s.ChangeUser(s.people["fra"].ID, func(u *standin.User) { u.Guest = true })
	})
	if got := s.say("fra", "whoami"); !strings.Contains(got, "FRA") {
		t.Errorf("a guest on the roster: %s", got)
	}
	if got := s.say("guest", "list"); !strings.Contains(got, "belongs to the contact points") {
		t.Errorf("a member who is not on it: %s", got)
	}
	for what, change := range map[string]func(*standin.User){
		"eige": func(u *standin.User) { u.Deleted = true }, "easo": func(u *standin.User) { u.Bot = true },
	} {
		s.ChangeUser(s.people[what].ID, change)
		s.eventually(what+" is still let in", func() bool {
			return !strings.Contains(s.say(what, "whoami"), "contact point")
		})
	}
}
