package mattermost

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"thbot/bot/chat"
)

func TestRunEndsWithItsContextAndWithARefusedToken(t *testing.T) {
	d := newDesk(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.adapter.Run(ctx, d.handle) }()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	other, err := New(Config{URL: d.server.srv.URL, Team: "thb", Channel: "contact-points", Token: "revoked", PublicURL: d.listener.URL, Secret: []byte("0123456789abcdef")})
	if err != nil {
		t.Fatal(err)
	}
	other.conn.Wait = 0
	before := d.count("GET /api/v4/users/me")
	if err := other.Run(context.Background(), chat.Handler(d.handle)); err == nil || !strings.Contains(err.Error(), "token") {
		t.Errorf("%v", err)
	}
	if n := d.count("GET /api/v4/users/me") - before; n != refusals {
		t.Errorf("given up after %d refusals", n)
	}
	if s := other.State(); !s.Refused || s.Connected {
		t.Errorf("%+v", s)
	}
	if s := d.adapter.State(); s.Refused || !s.Connected || s.Text != "connected to version 9.10" {
		t.Errorf("%+v", s)
	}
}

// A server short of database connections tells that the session expired.
func TestARefusalNowAndThenIsNone(t *testing.T) {
	d := newDesk(t)
	d.adapter.conn.Wait = 0
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	asked := 0
	d.server.mu.Lock()
	d.server.meddle = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/api/v4/users/me" {
			return false
		}
		asked++
		switch {
		case asked == 3 || asked == 6:
			w.WriteHeader(503)
			return true
		case asked < 9:
			d.server.refuse(w, 401, "api.context.session_expired.app_error")
			return true
		}
		cancel()
		return false
	}
	d.server.mu.Unlock()
	if err := d.adapter.Run(ctx, d.handle); err != nil || d.adapter.State().Refused {
		t.Errorf("after %d calls: %v, %+v", asked, err, d.adapter.State())
	}
}

func TestConfigurationsThatCannotWork(t *testing.T) {
	good := Config{URL: "https://chat.example.eu", Team: "thb", Channel: "c", Token: "t", PublicURL: "https://thbot.example.eu", Secret: []byte("0123456789abcdef")}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*Config){
		func(c *Config) { c.URL = "chat.example.eu" }, func(c *Config) { c.PublicURL = "" }, func(c *Config) { c.Token = "" },
		func(c *Config) { c.Team = "" }, func(c *Config) { c.Channel = "" }, func(c *Config) { c.Secret = nil }, func(c *Config) { c.URL = "ftp://x" },
	} {
		c := good
		change(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
