package mattermost

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"

	"github.com/mattermost/mattermost/server/public/model"
)

// contextKey holds the signed claim in a button's context.
const contextKey = "thbot"

// hookPath is what a response_url ends in. Only the id is taken from it: thbot
// calls its own server and no other.
var hookPath = regexp.MustCompile(`/hooks/commands/([a-z0-9]{26})$`)

// typed is a slash command as the server delivers it.
type typedCommand struct {
	token, user, name, channel, text, trigger string
	hook                                      string // id of the response_url
}

// errShape says that a delivery has not the shape of the platform's.
var errShape = errors.New("not what Mattermost sends")

// decodeCommand reads a command from the body alone.
func decodeCommand(b []byte) (typedCommand, error) {
	form, err := url.ParseQuery(string(b))
	if err != nil {
		return typedCommand{}, errShape
	}
	var c typedCommand
	for name, to := range map[string]*string{
		"token": &c.token, "user_id": &c.user, "user_name": &c.name, "channel_id": &c.channel,
		"text": &c.text, "trigger_id": &c.trigger, "response_url": &c.hook,
	} {
		if len(form[name]) > 1 {
			return typedCommand{}, fmt.Errorf("%w: %s comes twice", errShape, name)
		}
		*to = form.Get(name)
	}
	if c.token == "" || !userID.MatchString(c.user) || !userID.MatchString(c.channel) {
		return typedCommand{}, errShape
	}
	c.text, c.name = asTyped(c.text), asTyped(c.name)
	if m := hookPath.FindStringSubmatch(c.hook); m != nil {
		c.hook = m[1]
	} else {
		c.hook = ""
	}
	return c, nil
}

// pressed is a press as the server delivers it.
type pressed struct {
	user, name, channel, post, trigger string
	sealed, choice                     string
}

func decodeAction(b []byte) (pressed, error) {
	var r model.PostActionIntegrationRequest
	if err := decode(b, &r); err != nil {
		return pressed{}, err
	}
	p := pressed{user: r.UserId, name: asTyped(r.UserName), channel: r.ChannelId, post: r.PostId, trigger: r.TriggerId}
	p.sealed, _ = r.Context[contextKey].(string)
	p.choice, _ = r.Context["selected_option"].(string)
	if p.sealed == "" || !userID.MatchString(p.user) || !userID.MatchString(p.channel) {
		return pressed{}, errShape
	}
	p.choice = asTyped(p.choice)
	return p, nil
}

// sentForm is a dialog's submission as the server delivers it.
type sentForm struct {
	user, channel, state string
	values               map[string]any
	cancelled            bool
}

func decodeDialog(b []byte) (sentForm, error) {
	var r model.SubmitDialogRequest
	if err := decode(b, &r); err != nil {
		return sentForm{}, err
	}
	if r.State == "" || !userID.MatchString(r.UserId) || r.Type != "dialog_submission" && r.Type != "dialog_cancel" && r.Type != "" {
		return sentForm{}, errShape
	}
	return sentForm{r.UserId, r.ChannelId, r.State, r.Submission, r.Cancelled || r.Type == "dialog_cancel"}, nil
}

// decode reads one JSON object and nothing after it.
func decode(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(into); err != nil {
		return errShape
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errShape
	}
	return nil
}
