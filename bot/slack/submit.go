package slack

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/commands"
)

var isoDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// sentForm is a form as somebody sent it.
type sentForm struct {
	sheet
	caller caller
	values map[string]map[string]entry
}

// formTaker reads a sent form.
func (a *Adapter) formTaker(i interaction) (func(context.Context) ack, error) {
	if i.View == nil || i.View.Callback != formView {
		return nil, errShape
	}
	f := sentForm{caller: callerOf(i), values: i.View.State.Values}
	if err := json.Unmarshal([]byte(i.View.Meta), &f.sheet); err != nil || len(f.Fields) == 0 || f.Nonce == "" {
		return nil, errShape
	}
	f.caller.hook, _ = a.hooks.Get(a.now(), f.Nonce)
	f.caller.view = i.View.ID
	return func(ctx context.Context) ack { return a.takeForm(ctx, f) }, nil
}

// takeForm takes a sent form. Where it takes too long the modal closes, and
// what came of it is told, with what was typed if it was not taken.
func (a *Adapter) takeForm(ctx context.Context, f sentForm) ack {
	changed, wrong := f.entries()
	if len(wrong) > 0 {
		return f.errors(wrong)
	}
	return chat.Within(ctx, &a.work, a.patience, ack{}, func(ctx context.Context) func(context.Context, bool) ack {
		reply, no := a.submit(ctx, f, changed)
		return func(ctx context.Context, late bool) ack {
			if no != "" {
				reply = commands.Reply{Failed: true, Message: commands.Tell(commands.Say("%s", no))}
			}
			return a.answerForm(ctx, f, reply, late)
		}
	})
}

func (a *Adapter) submit(ctx context.Context, f sentForm, changed map[string]string) (commands.Reply, string) {
	handle, no := a.ready(ctx, &f.caller)
	if no != "" {
		return commands.Reply{}, no
	}
	req := a.request(f.caller, "form/"+f.Nonce)
	req.Send = &commands.Submission{Form: f.Name, Record: f.Record, Revision: f.Revision, Values: changed}
	return handle(ctx, req), ""
}

// answerForm closes the form and tells the sender, shows the next form in its
// place, or keeps it open with what is wrong.
func (a *Adapter) answerForm(ctx context.Context, f sentForm, r commands.Reply, late bool) ack {
	wrong := f.wrong(r)
	switch {
	case len(wrong) > 0 && late:
		a.tell(ctx, f.caller, f.back(wrong))
		return ack{}
	case len(wrong) > 0:
		return f.errors(wrong)
	case r.Form != nil && !late:
		return a.next(ctx, f, r)
	}
	after := f.caller
	after.view = "" // it is closed
	a.work.Start(ctx, func(ctx context.Context) { a.tell(ctx, after, a.carryOut(ctx, after, r)) })
	return ack{}
}

// settleTime is what Slack gets to put an acknowledged modal in its place before
// that is replaced; it does not tell when it has.
const settleTime = 300 * time.Millisecond

// next puts another form in the place of the sent one; one that is too long for
// an acknowledgement follows it.
func (a *Adapter) next(ctx context.Context, f sentForm, r commands.Reply) ack {
	v, err := a.form(f.caller, r.Form)
	if err != nil {
		a.log.Warn("a form was not opened", "form", r.Form.Name, "error", err)
		return f.errors(map[string]string{"": sayNoForm})
	}
	rest := r
	rest.Form = nil
	a.work.Start(ctx, func(ctx context.Context) { a.tell(ctx, f.caller, a.carryOut(ctx, f.caller, rest)) })
	answer := slackgo.NewUpdateViewSubmissionResponse(&v)
	if b, err := json.Marshal(answer); err == nil && len(b) <= viewAckMost {
		return ack{body: answer}
	}
	return ack{body: slackgo.NewUpdateViewSubmissionResponse(waiting(r.Form.Title)), then: func(ctx context.Context) {
		chat.Pause(ctx, settleTime)
		if _, err := a.api.UpdateViewContext(ctx, v, "", "", f.caller.view); err != nil {
			a.log.Warn("a form was not opened", "form", r.Form.Name, "error", failed("open a form", err))
			a.tell(ctx, f.caller, commands.Tell(commands.Say(sayNoForm)))
		}
	}}
}

// waiting is a modal that is soon replaced.
func waiting(title string) *slackgo.ModalViewRequest {
	words := slackgo.NewTextBlockObject(slackgo.PlainTextType, "One moment…", false, false)
	return &slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: messageView, Title: label(title, titleMost), Close: label("Close", titleMost),
		Blocks: slackgo.Blocks{BlockSet: []slackgo.Block{slackgo.NewSectionBlock(words, nil, nil)}},
	}
}

// wrong gives what keeps a form open, by field; "" is for what belongs to
// none.
func (f sentForm) wrong(r commands.Reply) map[string]string {
	if len(r.Errors) == 0 && !r.Failed {
		return nil
	}
	wrong := map[string]string{}
	for name, text := range r.Errors {
		wrong[name] = text
	}
	if len(r.Errors) == 0 {
		wrong[""] = "Nothing was saved."
		if r.Message != nil {
			wrong[""] = r.Message.Text()
		}
	}
	return wrong
}

// errors keeps the form open with what is wrong beside its fields. Slack shows
// an error only beside a field, so the first one has what belongs to none.
func (f sentForm) errors(wrong map[string]string) ack {
	shown := map[string]string{}
	var rest []string
	for name, text := range wrong {
		if f.has(name) {
			shown[name] = literal(text)
		} else {
			rest = append(rest, literal(text))
		}
	}
	slices.Sort(rest)
	if len(rest) > 0 {
		first := f.Fields[0].Name
		if shown[first] != "" {
			rest = append([]string{shown[first]}, rest...)
		}
		shown[first] = strings.Join(rest, "\n")
	}
	return ack{body: slackgo.NewErrorsViewSubmissionResponse(shown)}
}

func (f sentForm) has(name string) bool {
	return slices.ContainsFunc(f.Fields, func(shown chat.Shown) bool { return shown.Name == name })
}

// back says what was wrong, and gives back what was typed.
func (f sentForm) back(wrong map[string]string) *commands.Message {
	var said []string
	for _, shown := range append([]chat.Shown{{}}, f.Fields...) {
		text := wrong[shown.Name]
		if text == "" {
			continue
		}
		if shown.Label != "" {
			text = shown.Label + ": " + text
		}
		said = append(said, text)
	}
	m := commands.Tell(commands.Say("Nothing was saved: %s", commands.Words(strings.Join(said, " "))))
	return m.Tell(commands.Say("Your text, to copy:")).Quoting(f.typed())
}

// typed gives what somebody wrote into the form, ready to copy.
func (f sentForm) typed() string {
	var rows []string
	for _, shown := range f.Fields {
		if v, ok := read(shown.Kind, f.values[shown.Name][entryID]); ok && v != "" {
			rows = append(rows, shown.Label+": "+v)
		}
	}
	return strings.Join(rows, "\n")
}

// entries gives what was changed in the form, and what is wrong with it by
// field.
func (f sentForm) entries() (changed, wrong map[string]string) {
	return chat.Entries(f.Fields, func(shown chat.Shown) (string, bool) {
		return read(shown.Kind, f.values[shown.Name][entryID])
	})
}

// read gives a field's value as the commands take it; an empty field is null.
func read(kind string, e entry) (string, bool) {
	text := func(v *string) string {
		if v == nil {
			return ""
		}
		return asTyped(*v)
	}
	switch kind {
	case chat.KindText:
		return text(e.Value), true
	case chat.KindDate:
		return text(e.Date), true
	case chat.KindPerson:
		return text(e.User), true
	case chat.KindChoice:
		if e.Choice == nil || e.Choice.Value == noChoice {
			return "", true
		}
		return e.Choice.Value, true
	case chat.KindMulti:
		all := make([]string, len(e.Choices))
		for i, c := range e.Choices {
			all[i] = c.Value
		}
		return strings.Join(all, ","), true
	}
	return "", false
}
