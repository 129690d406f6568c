package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/commands"
)

// Limits of a modal, in characters.
const (
	titleMost   = 24
	labelMost   = 150 // Slack takes 2,000; longer ones do not read as labels
	hintMost    = 300
	introMost   = 2900
	typedMost   = 3000
	metaMost    = 3000
	mostFields  = 20
	viewMost    = 95    // blocks, of 100
	viewAckMost = 15000 // bytes of a modal in an acknowledgement
)

// Ids of modals and of what is filled in.
const (
	formView    = "form"
	messageView = "message"
	entryID     = "entry"
)

// noChoice is the option that empties a menu, which people cannot.
const noChoice = "-"

// sheet is what an open form stands for. It comes back as the modal's private
// metadata, which only the app can set.
type sheet struct {
	Name     string       `json:"f"`
	Record   string       `json:"r,omitempty"`
	Revision int          `json:"v,omitempty"`
	Nonce    string       `json:"n"`
	Fields   []chat.Shown `json:"d"`
}

// modal gives a form as a modal. A value that its field cannot hold stays out
// of the form, and the intro says so.
func modal(f *commands.Form, nonce string) (slackgo.ModalViewRequest, error) {
	state := sheet{Name: f.Name, Record: f.Record, Revision: f.Revision, Nonce: nonce}
	var inputs []slackgo.Block
	var kept []string
	for _, given := range f.Fields {
		block, kind, ok := input(given)
		if !ok || len(inputs) == mostFields {
			kept = append(kept, given.Label)
			continue
		}
		inputs = append(inputs, block)
		shown := chat.Shown{Name: given.Name, Label: chat.Shorten(given.Label, labelMost), Kind: kind, Need: !given.Optional}
		if !f.New {
			shown.Digest = chat.Digest(kind, asTyped(given.Value))
		}
		state.Fields = append(state.Fields, shown)
	}
	if len(inputs) == 0 {
		return slackgo.ModalViewRequest{}, errors.New("no field of the form can be shown")
	}
	meta, err := json.Marshal(state)
	if err != nil || len(meta) > metaMost {
		return slackgo.ModalViewRequest{}, fmt.Errorf("the form %s has %d characters beside its fields", f.Name, len(meta))
	}
	return slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: formView, PrivateMetadata: string(meta),
		Title: label(f.Title, titleMost), Submit: label(f.Submit, titleMost), Close: label("Cancel", titleMost),
		Blocks: slackgo.Blocks{BlockSet: append(intro(f.Intro, kept), inputs...)},
	}, nil
}

func intro(text string, kept []string) []slackgo.Block {
	if len(kept) > 0 {
		text = strings.TrimSpace(text + "\nKept as it is, since it does not fit into this form: " + strings.Join(kept, ", ") + ".")
	}
	if text == "" {
		return nil
	}
	words := slackgo.NewTextBlockObject(slackgo.PlainTextType, chat.Shorten(literal(text), introMost), false, false)
	return []slackgo.Block{slackgo.NewSectionBlock(words, nil, nil)}
}

// input gives one field; false where its value fits into no field.
func input(f commands.Field) (slackgo.Block, string, bool) {
	e, kind, ok := filled(f)
	if !ok {
		return nil, "", false
	}
	var hint *slackgo.TextBlockObject
	if f.Hint != "" {
		hint = label(f.Hint, hintMost)
	}
	return slackgo.NewInputBlock(f.Name, label(f.Label, labelMost), hint, e).WithOptional(f.Optional), kind, true
}

// filled gives the element for a field, filled in.
func filled(f commands.Field) (slackgo.BlockElement, string, bool) {
	listed := len(f.Options) > 0 && len(f.Options) < optionsMost
	switch {
	case f.Type == commands.FieldChoice && listed:
		e, ok := oneOf(f)
		return e, chat.KindChoice, ok
	case f.Type == commands.FieldMulti && listed:
		e, ok := severalOf(f)
		return e, chat.KindMulti, ok
	case f.Type == commands.FieldPerson && f.Value == "":
		e := slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeUser, label("Choose a person", hintRunes), entryID)
		return e, chat.KindPerson, true
	case f.Type == commands.FieldDate && (f.Value == "" || isoDate.MatchString(f.Value)):
		e := slackgo.NewDatePickerBlockElement(entryID)
		e.InitialDate = f.Value
		return e, chat.KindDate, true
	}
	e, ok := written(f)
	return e, chat.KindText, ok
}

// written is a field for text: of one line where that is enough.
func written(f commands.Field) (slackgo.BlockElement, bool) {
	value := fieldText(f.Value)
	n := len(utf16.Encode([]rune(value)))
	if n > typedMost {
		return nil, false
	}
	e := slackgo.NewPlainTextInputBlockElement(nil, entryID).WithInitialValue(value).WithMaxLength(typedMost)
	e.Multiline = f.Type == commands.FieldArea || strings.Contains(value, "\n")
	if f.Max > 0 {
		// Slack may count UTF-16 units, the command characters; the command has
		// the last word.
		e.MaxLength = min(typedMost, max(2*f.Max, n))
	}
	return e, true
}

// fieldText is people's text as a field shows it for changing: every sign as
// it is, but for "<" set apart, which entries takes back.
func fieldText(s string) string {
	for _, sign := range steering {
		s = strings.ReplaceAll(s, "<"+string(sign), "<"+apart+string(sign))
	}
	return s
}

func oneOf(f commands.Field) (slackgo.BlockElement, bool) {
	options := f.Options
	if f.Optional {
		options = append([]commands.Option{{Value: noChoice, Label: "none"}}, options...)
	}
	all, err := choices(options)
	if err != nil {
		return nil, false
	}
	e := slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeStatic, label("Choose", hintRunes), entryID, all...)
	if f.Value == "" {
		return e, true
	}
	i := slices.IndexFunc(all, func(o *slackgo.OptionBlockObject) bool { return o.Value == f.Value })
	if i < 0 {
		return nil, false
	}
	return e.WithInitialOption(all[i]), true
}

func severalOf(f commands.Field) (slackgo.BlockElement, bool) {
	all, err := choices(f.Options)
	if err != nil {
		return nil, false
	}
	e := slackgo.NewOptionsMultiSelectBlockElement(slackgo.MultiOptTypeStatic, label("Choose any", hintRunes), entryID, all...)
	for _, v := range chat.Split(f.Value) {
		i := slices.IndexFunc(all, func(o *slackgo.OptionBlockObject) bool { return o.Value == v })
		if i < 0 {
			return nil, false
		}
		e.InitialOptions = append(e.InitialOptions, all[i])
	}
	return e, true
}

// open opens a form for the caller.
func (a *Adapter) open(ctx context.Context, c caller, f *commands.Form) error {
	v, err := a.form(c, f)
	if err != nil {
		return err
	}
	if c.opening != nil {
		return c.opening.put(ctx, v)
	}
	_, err = a.raised(ctx, c, v)
	return err
}

// form gives a form as a modal, and remembers where its sender is answered.
func (a *Adapter) form(c caller, f *commands.Form) (slackgo.ModalViewRequest, error) {
	n := nonce()
	if c.hook != "" {
		a.hooks.Put(a.now(), n, c.hook)
	}
	return modal(f, n)
}

// show puts a message in place of the modal that the caller used.
func (a *Adapter) show(ctx context.Context, c caller, m *commands.Message) {
	v, rest := a.page(m)
	_, err := a.api.UpdateViewContext(ctx, v, "", "", c.view)
	a.orDirect(ctx, c, m, rest, failed("show an answer", err))
}

// raise shows a message as a modal of its own.
func (a *Adapter) raise(ctx context.Context, c caller, m *commands.Message) {
	v, rest := a.page(m)
	a.orDirect(ctx, c, m, rest, c.opening.put(ctx, v))
}

// orDirect posts into the direct messages what a modal could not show.
func (a *Adapter) orDirect(ctx context.Context, c caller, m *commands.Message, rest []body, err error) {
	if err != nil {
		a.log.Warn("an answer goes to the direct messages instead", "error", err)
		rest = a.parts(m)
	}
	a.inDirect(ctx, c, rest)
}

// page gives a message as a modal, and what does not fit into it.
func (a *Adapter) page(m *commands.Message) (slackgo.ModalViewRequest, []body) {
	blocks, rest := a.viewBlocks(m)
	return slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: messageView, Title: label("thbot", titleMost), Close: label("Close", titleMost),
		Blocks: slackgo.Blocks{BlockSet: blocks},
	}, rest
}

// sayRest stands below what a view shows of a long answer.
const sayRest = "The rest is in your direct messages with me."

// viewBlocks gives as much of a message as a view holds, and the rest as
// posts.
func (a *Adapter) viewBlocks(m *commands.Message) ([]slackgo.Block, []body) {
	records, err := compose(m, inView)
	if err != nil {
		a.log.Error("an answer cannot be shown", "error", err)
		records, _ = compose(commands.Tell(commands.Say(sayNotShown)), inView)
	}
	var blocks []slackgo.Block
	for i, r := range records {
		for _, u := range r {
			blocks = append(blocks, u.blocks...)
		}
		if len(blocks) <= viewMost {
			continue
		}
		for _, u := range r {
			blocks = blocks[:len(blocks)-len(u.blocks)]
		}
		var p packer
		for _, r := range records[i:] {
			p.add(r)
		}
		p.flush()
		return append(blocks, paragraph.set([]commands.Line{commands.Say(sayRest)})), a.bodies(p.parts)
	}
	return blocks, nil
}

func (a *Adapter) bodies(parts [][]unit) []body {
	var all []body
	for _, units := range parts {
		b, err := bodyOf(units)
		if err != nil {
			a.log.Error("an answer cannot be shown", "error", err)
			continue
		}
		all = append(all, b)
	}
	return all
}
