package mattermost

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/commands"
)

// bodyBytes is the most a delivery may have.
const bodyBytes = 256 << 10

// refusal is an answer other than 200; the server shows its user an error and
// thbot says nothing of why.
type refusal int

// Handler takes what the server delivers: POST /mattermost/command,
// /mattermost/action and /mattermost/dialog. The listener's own limits (times,
// header size) are the caller's.
func (a *Adapter) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/mattermost/command", a.route("application/x-www-form-urlencoded", a.takeCommand))
	mux.Handle("/mattermost/action", a.route("application/json", a.takeAction))
	mux.Handle("/mattermost/dialog", a.route("application/json", a.takeDialog))
	return mux
}

// route reads the body once, after what can be refused without it.
func (a *Adapter) route(kind string, take func(context.Context, []byte) any) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		charset := params["charset"]
		switch {
		case r.Method != http.MethodPost:
			w.Header().Set("Allow", http.MethodPost)
			refuse(w, http.StatusMethodNotAllowed)
			return
		case err != nil || media != kind || charset != "" && !strings.EqualFold(charset, "utf-8"):
			refuse(w, http.StatusUnsupportedMediaType)
			return
		case r.URL.RawQuery != "":
			refuse(w, http.StatusBadRequest)
			return
		}
		b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyBytes))
		if err != nil {
			if big := new(http.MaxBytesError); errors.As(err, &big) {
				refuse(w, http.StatusRequestEntityTooLarge)
			} else {
				refuse(w, http.StatusBadRequest)
			}
			return
		}
		given := take(r.Context(), b)
		if given == refusal(http.StatusBadRequest) {
			a.misread.Add(1)
		}
		answer(w, given)
	})
}

func refuse(w http.ResponseWriter, status int) {
	http.Error(w, http.StatusText(status), status)
}

// answer writes what a handler gave: with 200 and as JSON, or a refusal.
func answer(w http.ResponseWriter, given any) {
	if r, ok := given.(refusal); ok {
		refuse(w, int(r))
		return
	}
	b, err := json.Marshal(given)
	if err != nil {
		refuse(w, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(b)
}

// caller is who asks, and how an answer reaches him.
type caller struct {
	user, name, channel string
	trigger             string // opens a form
	hook                string // answers the command that all this began with; may be empty
}

// request fills in what every request has in common.
func (a *Adapter) request(s *session, c caller, delivery string) commands.Request {
	return commands.Request{
		Account: s.accountID(c.user), Name: c.name, Now: a.now(), Delivery: Platform + "/" + delivery,
		Surface: commands.Surface{Forms: true, Files: true, MultiSelect: s.version.multiSelect(), DatePicker: s.version.dates()},
	}
}

// running gives what handles requests, once Run has begun and the server is
// known.
func (a *Adapter) running(ctx context.Context) (chat.Handler, *session, error) {
	handle := a.handle.Load()
	if handle == nil {
		return nil, nil, errors.New("thbot is starting")
	}
	s, err := a.conn.Session(ctx)
	return *handle, s, err
}

// known tells whether the token is one of the command's, in a time that says
// nothing about it.
func (s *session) known(token string) bool {
	found := 0
	for _, t := range s.tokens {
		found |= subtle.ConstantTimeCompare([]byte(t), []byte(token))
	}
	return found == 1 && token != ""
}

// Errors of a trigger.
var (
	errUsed  = errors.New("used before")
	errStale = errors.New("not of now; do the clocks differ?")
)

// verify checks that the server says so: that this user did it, now, and that
// it was not delivered before. It gives the delivery's id.
func (a *Adapter) verify(ctx context.Context, s *session, triggerID, user string) (string, error) {
	t, err := parseTrigger(triggerID)
	if err != nil {
		return "", err
	}
	if !t.by(s.key) {
		// The server may have a new key, for instance after a restore.
		if s, err = a.renewed(ctx); err != nil || !t.by(s.key) {
			return "", errTrigger
		}
	}
	now := a.now()
	switch {
	case t.user != user:
		return "", fmt.Errorf("%w: of another user", errTrigger)
	case !t.fresh(now):
		return "", errStale
	case !a.triggers.Put(now, t.id, struct{}{}):
		return "", errUsed
	}
	return t.id, nil
}

// renewed reads the server's key again, at most once in a minute.
func (a *Adapter) renewed(ctx context.Context) (*session, error) {
	if !a.renewals.Put(a.now(), "key", struct{}{}) {
		return a.conn.Session(ctx)
	}
	return a.conn.Refresh(ctx)
}

// refused logs a delivery that is not taken, without what is in it.
func (a *Adapter) refused(what string, err error) refusal {
	a.log.Warn("refused a delivery", "what", what, "error", err)
	return http.StatusUnauthorized
}

// ephemeral is an answer to a command, for the caller alone. Text is Markdown
// already: Slack's forms in it are nobody's.
func ephemeral(text string) *model.CommandResponse {
	return &model.CommandResponse{ResponseType: model.CommandResponseTypeEphemeral, Text: text, SkipSlackParsing: true}
}
