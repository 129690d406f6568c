package slack

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"thbot/bot/chat"
)

// bodyBytes is the most a delivery may have.
const bodyBytes = 256 << 10

// Handler takes what Slack delivers over HTTP: POST /slack/command,
// /slack/interactive and /slack/events; nil in Socket Mode. The listener's own
// limits (times, header size) are the caller's.
func (a *Adapter) Handler() http.Handler {
	if a.cfg.Mode != HTTP {
		return nil
	}
	mux := http.NewServeMux()
	mux.Handle("/slack/command", a.route("application/x-www-form-urlencoded", a.commandForm))
	mux.Handle("/slack/interactive", a.route("application/x-www-form-urlencoded", a.interactiveForm))
	mux.Handle("/slack/events", a.route("application/json", a.eventBody))
	return mux
}

// route reads the body once, checks its signature, and parses nothing else:
// what stands in the address is not signed.
func (a *Adapter) route(kind string, take func(context.Context, []byte) (ack, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status := unacceptable(r, kind); status != 0 {
			if status == http.StatusMethodNotAllowed {
				w.Header().Set("Allow", http.MethodPost)
			}
			refuse(w, status)
			return
		}
		b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyBytes))
		if err != nil {
			status := http.StatusBadRequest
			if big := new(http.MaxBytesError); errors.As(err, &big) {
				status = http.StatusRequestEntityTooLarge
			}
			refuse(w, status)
			return
		}
		now := a.now()
		seal, err := signature(a.cfg.SigningSecret, r.Header, b, now)
		if err == nil && !a.signatures.Put(now, seal, struct{}{}) {
			err = errors.New("delivered before, with the same signature")
		}
		if err != nil {
			a.log.Warn("refused a delivery", "route", r.URL.Path, "error", err)
			refuse(w, http.StatusUnauthorized)
			return
		}
		given, err := take(r.Context(), b)
		if err != nil {
			a.misread(err)
			given = ack{} // Slack would only send it again
		}
		answer(w, given)
		if given.then != nil {
			a.work.Start(r.Context(), given.then)
		}
	})
}

// unacceptable gives the status for what can be refused without the body.
func unacceptable(r *http.Request, kind string) int {
	types := r.Header["Content-Type"]
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed
	}
	if len(types) != 1 {
		return http.StatusUnsupportedMediaType
	}
	media, params, err := mime.ParseMediaType(types[0])
	charset, more := params["charset"], len(params)
	if charset != "" {
		more--
	}
	switch {
	case err != nil || media != kind || more > 0 || charset != "" && !strings.EqualFold(charset, "utf-8"):
		return http.StatusUnsupportedMediaType
	case r.Header.Get("Content-Encoding") != "":
		return http.StatusUnsupportedMediaType
	case r.URL.RawQuery != "" || r.URL.ForceQuery:
		return http.StatusBadRequest
	}
	return 0
}

func refuse(w http.ResponseWriter, status int) {
	http.Error(w, http.StatusText(status), status)
}

// answer acknowledges with 200: with nothing, or with JSON.
func answer(w http.ResponseWriter, given ack) {
	w.Header().Set("Cache-Control", "no-store")
	if given.body == nil {
		w.WriteHeader(http.StatusOK)
		return
	}
	b, err := json.Marshal(given.body)
	if err != nil {
		refuse(w, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(b)
}

// misread counts a payload that is none of Slack's that thbot knows. It is
// acknowledged, so that it does not come again.
func (a *Adapter) misread(err error) {
	a.bad.Add(1)
	a.log.Warn("could not read a delivery", "error", err)
}

// Misread tells how many payloads could not be read since the start.
func (a *Adapter) Misread() int64 { return a.bad.Load() }

var _ chat.Server = (*Adapter)(nil)
