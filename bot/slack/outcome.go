package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
)

// apiError is what Slack, or the way to it, said to a call. It holds codes
// only, no text that could quote people.
type apiError struct {
	op     string
	code   string // Slack's own, such as channel_not_found; empty: no answer of Slack's
	needed string // the scope that lacks
	status int    // of an answer that is not Slack's own
	after  time.Duration
	err    error
}

func (e *apiError) Error() string {
	switch {
	case e.code == missingScope && e.needed != "":
		return fmt.Sprintf("slack: %s: the scope %s is missing", e.op, e.needed)
	case e.code != "":
		return fmt.Sprintf("slack: %s: %s", e.op, e.code)
	case e.status != 0:
		return fmt.Sprintf("slack: %s: status %d", e.op, e.status)
	}
	return fmt.Sprintf("slack: %s: %v", e.op, e.err)
}

func (e *apiError) Unwrap() error { return e.err }

// RetryAfter implements chat.Later; 0 where Slack did not say to wait.
func (e *apiError) RetryAfter() time.Duration { return e.after }

const (
	missingScope = "missing_scope"
	rateLimited  = "ratelimited"
)

const (
	waitUnsaid  = 30 * time.Second // after a 429 that does not say how long
	waitMost    = time.Hour
	waitRefused = 5 * time.Minute // after the token was refused: another may be on its way
)

// failed turns what the client gave into an apiError; nil for nil.
func failed(op string, err error) error {
	if err == nil {
		return nil
	}
	e := &apiError{op: op, err: err}
	var said slackgo.SlackErrorResponse
	var limited *slackgo.RateLimitedError
	var status slackgo.StatusCodeError
	var way *url.Error
	if errors.As(err, &way) {
		e.err = way.Err // its address can be a response_url, which is a secret
	}
	switch {
	case errors.As(err, &limited):
		e.code, e.after = rateLimited, bounded(limited.RetryAfter)
	case errors.As(err, &said):
		e.code, e.needed = said.Err, said.Needed
		if said.Err == rateLimited || said.Err == "rate_limited" {
			e.code, e.after = rateLimited, waitUnsaid
		}
	case errors.As(err, &status):
		e.status, e.err = status.Code, nil
		if status.Code == http.StatusTooManyRequests {
			e.code, e.after = rateLimited, waitUnsaid
		}
	}
	return e
}

func bounded(after time.Duration) time.Duration {
	return min(max(after, time.Second), waitMost)
}

// badToken are the codes of a token that is not taken.
var badToken = []string{"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type", "no_permission_for_token"}

// refusals are the codes of posts that no later attempt will bring through.
// Any other code is looked into, since Slack's own errors may come after it
// took the message.
var refusals = []string{
	"channel_not_found", "not_in_channel", "is_archived", "messages_tab_disabled", "user_not_found", "user_disabled",
	"users_not_found", "cannot_dm_bot", "cannot_message_bot", "user_not_visible", "restricted_action",
	"restricted_action_read_only_channel", "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel",
	"not_allowed", "no_permission", "access_denied", "ekm_access_denied", "team_access_not_granted", "org_login_required",
	"msg_too_long", "msg_blocks_too_long", "no_text", "invalid_blocks", "invalid_blocks_format", "invalid_arguments",
	"invalid_form_data", "invalid_post_type", "invalid_array_arg", "invalid_metadata_format", "invalid_metadata_schema",
	"metadata_too_large", "metadata_must_be_sent_from_app", "invalid_ts", "message_not_found", "cant_update_message", "edit_window_closed",
	"as_user_not_supported", "channel_type_not_supported", "method_not_supported_for_channel_type", missingScope,
	"file_not_found", "file_upload_size_restricted", "file_uploads_disabled", "storage_limit_reached", tooManyFiles, notOurs,
}

// Codes of our own.
const (
	notOurs      = "thbot_body"
	tooManyFiles = "thbot_files"
)

// outcome maps the end of an attempt.
func outcome(id string, err error) chat.Outcome {
	if err == nil {
		return chat.Outcome{Verdict: chat.Delivered, ID: id}
	}
	out := chat.Outcome{Verdict: chat.Retry, Err: err}
	var e *apiError
	if !errors.As(err, &e) {
		return out
	}
	switch {
	case e.code == rateLimited:
		out.Verdict, out.After = chat.Wait, e.after
	case slices.Contains(badToken, e.code):
		out.Verdict, out.After = chat.Wait, waitRefused
	case slices.Contains(refusals, e.code):
		out.Verdict = chat.GiveUp
	}
	return out
}

// code gives Slack's code of an error, or "".
func code(err error) string {
	var e *apiError
	if errors.As(err, &e) {
		return e.code
	}
	return ""
}

// refusedToken tells whether an error says that Slack does not take the token.
func refusedToken(err error) bool { return slices.Contains(badToken, code(err)) }

// gone tells whether it was us who gave up.
func gone(ctx context.Context) bool { return ctx.Err() != nil }
