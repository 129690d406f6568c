package standin

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Sign gives Slack's v0 signature of a body sent at a time in Unix seconds.
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%s:", timestamp)
	mac.Write(body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// Request gives a delivery as Slack sends it over HTTP, signed as of a time,
// with another body where one is given. attempt counts from 0.
func (d *Delivery) Request(to string, at time.Time, attempt int) *http.Request {
	route, kind, body := d.form()
	req, err := http.NewRequest(http.MethodPost, strings.TrimRight(to, "/")+route, bytes.NewReader(body))
	if err != nil {
		panic(err) // the URL of a test
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	req.Header.Set("Content-Type", kind)
	req.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	req.Header.Set("X-Slack-Request-Timestamp", stamp)
	req.Header.Set("X-Slack-Signature", Sign(SigningSecret, stamp, body))
	if attempt > 0 && d.kind == "events_api" {
		req.Header.Set("X-Slack-Retry-Num", retry(attempt))
		req.Header.Set("X-Slack-Retry-Reason", "http_timeout")
	}
	return req
}

// form is the body of a delivery over HTTP, its route and its content type.
func (d *Delivery) form() (route, kind string, body []byte) {
	const form = "application/x-www-form-urlencoded"
	switch d.kind {
	case "slash_commands":
		values := url.Values{}
		for k, v := range d.payload {
			values.Set(k, fmt.Sprint(v))
		}
		return "/slack/command", form, []byte(values.Encode())
	case "interactive":
		return "/slack/interactive", form, []byte(url.Values{"payload": {string(d.Payload())}}.Encode())
	}
	return "/slack/events", "application/json", d.Payload()
}

// client speaks to the bot, over a connection of its own for each delivery.
var client = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// post makes one attempt over HTTP.
func (s *Server) post(d *Delivery, to string, attempt int) {
	ctx, cancel := context.WithTimeout(context.Background(), s.cfg.Deadline)
	defer cancel()
	answer, err := exchange(d.Request(to, s.now(), attempt).WithContext(ctx))
	s.change(func() {
		switch {
		case err == nil:
			s.done(d, answer)
		case errors.Is(err, context.DeadlineExceeded):
			s.fail(d, "operation_timeout")
		default:
			s.fail(d, "dispatch_failed")
		}
	})
}

// exchange sends a request and gives the body of a 200. What is shown to
// people must say that it is JSON or text.
func exchange(req *http.Request) ([]byte, error) {
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	kind := resp.Header.Get("Content-Type")
	if json.Valid(body) && bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) && !strings.HasPrefix(kind, "application/json") {
		return nil, fmt.Errorf("JSON comes as %q", kind)
	}
	return body, nil
}

// VerifyURL does what Slack does when the URL of the events is set: it sends a
// challenge and wants it back.
func (s *Server) VerifyURL(ctx context.Context) error {
	s.mu.Lock()
	to, challenge := s.callback, hexOf(16)
	s.mu.Unlock()
	d := &Delivery{kind: "events_api", payload: object{"token": VerificationToken, "challenge": challenge, "type": "url_verification"}}
	answer, err := exchange(d.Request(to, s.now(), 0).WithContext(ctx))
	if err != nil {
		return err
	}
	if !strings.Contains(string(answer), challenge) {
		return errors.New("the challenge did not come back")
	}
	return nil
}
