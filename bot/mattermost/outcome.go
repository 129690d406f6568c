package mattermost

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
)

// apiError is what the server, or the way to it, said to a call. It holds no
// text of the server's, which may quote people and is in the server's
// language: the id is what counts.
type apiError struct {
	op     string
	status int // 0: no answer
	id     string
	after  time.Duration // with 429
	err    error         // with status 0
}

func (e *apiError) Error() string {
	switch {
	case e.status == 0:
		return fmt.Sprintf("mattermost: %s: %v", e.op, e.err)
	case e.id == "":
		return fmt.Sprintf("mattermost: %s: status %d", e.op, e.status)
	}
	return fmt.Sprintf("mattermost: %s: status %d, %s", e.op, e.status, e.id)
}

func (e *apiError) Unwrap() error { return e.err }

// RetryAfter implements chat.Later; 0 where the server did not say to wait.
func (e *apiError) RetryAfter() time.Duration { return e.after }

const (
	waitUnsaid  = 30 * time.Second // after a 429 that does not say how long
	waitMost    = time.Hour
	waitRefused = 5 * time.Minute // after the token was refused: an overloaded server says so too
)

// failed turns what the client gave into an apiError; nil for nil.
func failed(op string, resp *model.Response, err error) error {
	if err == nil {
		return nil
	}
	e := &apiError{op: op}
	if resp == nil || resp.StatusCode < 300 {
		e.err = err // no answer, or one that could not be read
		return e
	}
	e.status = resp.StatusCode
	var said *model.AppError
	if errors.As(err, &said) {
		e.id = said.Id
	}
	if e.status == http.StatusTooManyRequests {
		e.after = retryAfter(resp.Header)
	}
	return e
}

// retryAfter reads the header, in seconds, within bounds.
func retryAfter(h http.Header) time.Duration {
	for _, name := range []string{"Retry-After", "X-RateLimit-Reset"} {
		if seconds, err := strconv.Atoi(h.Get(name)); err == nil && seconds >= 0 {
			return min(max(time.Duration(min(seconds, 1<<20))*time.Second, time.Second), waitMost)
		}
	}
	return waitUnsaid
}

// outcome maps the end of an attempt. Only what the server itself refuses is
// given up: a 404 without its error id comes from something in between.
func outcome(id string, err error) chat.Outcome {
	if err == nil {
		return chat.Outcome{Verdict: chat.Delivered, ID: id}
	}
	out := chat.Outcome{Verdict: chat.Retry, Err: err}
	var e *apiError
	if !errors.As(err, &e) {
		return out
	}
	switch e.status {
	case http.StatusTooManyRequests:
		out.Verdict, out.After = chat.Wait, e.after
	case http.StatusUnauthorized:
		out.Verdict, out.After = chat.Wait, waitRefused
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusNotImplemented:
		if e.id != "" {
			out.Verdict = chat.GiveUp
		}
	}
	return out
}

// status gives the status of an apiError, or 0.
func status(err error) int {
	var e *apiError
	if errors.As(err, &e) {
		return e.status
	}
	return 0
}
