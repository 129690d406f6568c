package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
)

// errShape says that a delivery has not the shape of the platform's.
var errShape = errors.New("not what Slack sends")

// slash is a slash command as Slack delivers it. Its text is in Slack's form.
type slash struct {
	Team    string `json:"team_id"`
	Channel string `json:"channel_id"`
	User    string `json:"user_id"`
	Name    string `json:"user_name"`
	Command string `json:"command"`
	Text    string `json:"text"`
	Hook    string `json:"response_url"`
	Trigger string `json:"trigger_id"`
}

func (c slash) whole() error {
	if c.Team == "" || !userID.MatchString(c.User) || c.Channel == "" || c.Trigger == "" || c.Command == "" {
		return errShape
	}
	return nil
}

// decodeForm reads fields of a form, each at most once, from the body alone.
func decodeForm(b []byte, into map[string]*string) error {
	form, err := url.ParseQuery(string(b))
	if err != nil {
		return errShape
	}
	for name, to := range into {
		if len(form[name]) > 1 {
			return fmt.Errorf("%w: %s comes twice", errShape, name)
		}
		*to = form.Get(name)
	}
	return nil
}

func decodeCommand(b []byte) (slash, error) {
	var c slash
	err := decodeForm(b, map[string]*string{
		"team_id": &c.Team, "channel_id": &c.Channel, "user_id": &c.User, "user_name": &c.Name,
		"command": &c.Command, "text": &c.Text, "response_url": &c.Hook, "trigger_id": &c.Trigger,
	})
	if err != nil {
		return c, err
	}
	return c, c.whole()
}

// interaction is a press, a sent form or a shortcut as Slack delivers it.
type interaction struct {
	Type     string `json:"type"`
	Callback string `json:"callback_id"`
	Trigger  string `json:"trigger_id"`
	Hook     string `json:"response_url"`
	Team     struct {
		ID string `json:"id"`
	} `json:"team"`
	User struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Username string `json:"username"`
		Team     string `json:"team_id"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		Type      string `json:"type"`
		Message   string `json:"message_ts"`
		Channel   string `json:"channel_id"`
		Ephemeral bool   `json:"is_ephemeral"`
		View      string `json:"view_id"`
	} `json:"container"`
	Message *message `json:"message"`
	Actions []action `json:"actions"`
	View    *view    `json:"view"`
}

// message is the one that was pressed or chosen.
type message struct {
	TS     string `json:"ts"`
	Thread string `json:"thread_ts"`
	Text   string `json:"text"`
}

// action is one press.
type action struct {
	ID     string  `json:"action_id"`
	Type   string  `json:"type"`
	Choice *choice `json:"selected_option"`
}

// view is a modal or a home.
type view struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Callback string `json:"callback_id"`
	Meta     string `json:"private_metadata"`
	State    struct {
		Values map[string]map[string]entry `json:"values"`
	} `json:"state"`
}

// entry is what stands in a field.
type entry struct {
	Type    string   `json:"type"`
	Value   *string  `json:"value"`
	Date    *string  `json:"selected_date"`
	User    *string  `json:"selected_user"`
	Choice  *choice  `json:"selected_option"`
	Choices []choice `json:"selected_options"`
}

type choice struct {
	Value string `json:"value"`
}

func decodeInteraction(b []byte) (interaction, error) {
	var i interaction
	if err := json.Unmarshal(b, &i); err != nil {
		return i, errShape
	}
	if i.User.Team == "" {
		i.User.Team = i.Team.ID
	}
	if i.User.Name == "" {
		i.User.Name = i.User.Username
	}
	if i.Channel.ID == "" {
		i.Channel.ID = i.Container.Channel
	}
	if i.Type == "" || !userID.MatchString(i.User.ID) || i.User.Team == "" {
		return i, errShape
	}
	return i, nil
}

// event is one of the Events API.
type event struct {
	Type      string `json:"type"`
	Challenge string `json:"challenge"`
	Team      string `json:"team_id"`
	ID        string `json:"event_id"`
	Event     struct {
		Type        string            `json:"type"`
		User        string            `json:"user"`
		Tab         string            `json:"tab"`
		Subtype     string            `json:"subtype"`
		Bot         string            `json:"bot_id"`
		Channel     string            `json:"channel"`
		ChannelType string            `json:"channel_type"`
		Text        string            `json:"text"`
		Files       []json.RawMessage `json:"files"`
	} `json:"event"`
}

func decodeEvent(b []byte) (event, error) {
	var e event
	if err := json.Unmarshal(b, &e); err != nil || e.Type == "" {
		return e, errShape
	}
	return e, nil
}
