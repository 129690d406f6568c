package slack

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/commands"
)

// Limits of buttons and menus.
const (
	labelRunes  = 75
	valueRunes  = 150 // of an option
	idRunes     = 255
	rowMost     = 25
	rowChars    = 8000
	optionsMost = 100
	hintRunes   = 150 // of a placeholder
)

// errButton says that a press is from no button of this version.
var errButton = errors.New("not an action of ours")

// actionID is what a button stands for; it comes back with a press. Slack
// signs what it delivers, and only this app can have made the button, so it
// carries no signature of ours. The place keeps ids apart in one message.
func actionID(place int, b commands.Button) (string, error) {
	id := fmt.Sprintf("%d|%s|%d|%s", place, b.Action, b.Revision, b.Record)
	if utf8.RuneCountInString(id) > idRunes || strings.Contains(b.Action, "|") {
		return "", fmt.Errorf("the button %s carries more than an id", b.Action)
	}
	return id, nil
}

// readAction reads what actionID wrote.
func readAction(id string) (commands.Press, error) {
	parts := strings.SplitN(id, "|", 4)
	if len(parts) != 4 || parts[1] == "" {
		return commands.Press{}, errButton
	}
	revision, err := strconv.Atoi(parts[2])
	if err != nil {
		return commands.Press{}, errButton
	}
	return commands.Press{Action: parts[1], Revision: revision, Record: parts[3]}, nil
}

// rows gives buttons as blocks of at most rowMost each, none of which shows
// more than a message can.
func rows(all []commands.Button, place int) ([]unit, error) {
	var units []unit
	var open []slackgo.BlockElement
	used := 0
	flush := func() {
		if len(open) > 0 {
			units = append(units, unit{blocks: []slackgo.Block{slackgo.NewActionBlock("", open...)}, chars: used})
		}
		open, used = nil, 0
	}
	for i, b := range all {
		e, err := element(place+i, b)
		if err != nil {
			return nil, err
		}
		n := shows(b)
		if n > rowChars {
			return nil, fmt.Errorf("the menu %s is too long", b.Action)
		}
		if len(open) == rowMost || used+n > rowChars {
			flush()
		}
		open, used = append(open, e), used+n
	}
	flush()
	return units, nil
}

// shows is how much a button or menu shows.
func shows(b commands.Button) int {
	n := min(utf8.RuneCountInString(literal(b.Label)), hintRunes) + 1
	for _, o := range b.Options {
		n += min(utf8.RuneCountInString(literal(o.Label)), labelRunes) + utf8.RuneCountInString(o.Value) + 1
	}
	return n
}

func element(place int, b commands.Button) (slackgo.BlockElement, error) {
	id, err := actionID(place, b)
	if err != nil {
		return nil, err
	}
	if len(b.Options) > 0 {
		options, err := choices(b.Options)
		return slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeStatic, label(b.Label, hintRunes), id, options...), err
	}
	e := slackgo.NewButtonBlockElement(id, "", label(b.Label, labelRunes))
	if b.Danger {
		e.Style = slackgo.StyleDanger
	}
	return e, nil
}

// choices gives options; more than Slack's menus hold is an error, as nothing
// may be left out of a choice.
func choices(all []commands.Option) ([]*slackgo.OptionBlockObject, error) {
	if len(all) > optionsMost {
		return nil, fmt.Errorf("a menu of %d options", len(all))
	}
	out := make([]*slackgo.OptionBlockObject, len(all))
	for i, o := range all {
		if utf8.RuneCountInString(o.Value) > valueRunes || o.Value == "" {
			return nil, fmt.Errorf("the option %d of a menu carries more than an id, or nothing", i+1)
		}
		out[i] = slackgo.NewOptionBlockObject(o.Value, label(o.Label, labelRunes), nil)
	}
	return out, nil
}

// label is a short text of one line that Slack shows as it is.
func label(text string, most int) *slackgo.TextBlockObject {
	text = chat.Shorten(oneLine(text), most)
	if strings.TrimSpace(text) == "" {
		text = nothing // Slack refuses an empty one
	}
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, text, false, false)
}
