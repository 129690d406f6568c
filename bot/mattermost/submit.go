package mattermost

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
)

// formAnswer is what the server takes as answer to a sent form. With an error
// the form stays open and what was typed stays in it; any status but 200 would
// lose it.
type formAnswer struct {
	Error  string            `json:"error,omitempty"`
	Errors map[string]string `json:"errors,omitempty"`
}

// formPatience is how long a sent form waits for its answer. A change is
// stored or refused well before.
const formPatience = 9 * time.Second

// takeDialog takes a sent form.
func (a *Adapter) takeDialog(ctx context.Context, body []byte) any {
	got, err := decodeDialog(body)
	if err != nil {
		return refusal(http.StatusBadRequest)
	}
	f, err := a.keys.openForm(got.state)
	if err == nil && f.User != got.user {
		err = errors.New("sent by somebody else")
	}
	if err != nil {
		return a.refused("form", err)
	}
	if got.cancelled {
		return formAnswer{}
	}
	handle, s, err := a.running(ctx)
	if err != nil {
		return formAnswer{Error: sayStarting}
	}
	if no := a.unsendable(ctx, f, got); no != nil {
		return *no
	}
	changed, wrong := entries(f.Fields, got.values)
	if len(wrong) > 0 {
		return formAnswer{Errors: wrong}
	}
	hook, _ := a.hooks.Get(a.now(), f.Nonce)
	c := caller{user: got.user, channel: f.Channel, hook: hook}
	if acc, ok := a.accounts.Get(a.now(), got.user); ok {
		c.name = acc.name
	}
	return chat.Within[any](ctx, &a.work, formPatience, formAnswer{}, func(ctx context.Context) func(context.Context, bool) any {
		req := a.request(s, c, "form/"+f.Nonce)
		req.Send = &commands.Submission{Form: f.Name, Record: f.Record, Revision: f.Revision, Values: changed}
		reply := handle(ctx, req)
		return func(ctx context.Context, late bool) any { return a.answerForm(ctx, s, c, f, got, reply, late) }
	})
}

// unsendable says why a form is not taken: it expired, was taken before, has
// fields that it never had, or its sender is gone. What was typed is given
// back where the form is of no more use.
func (a *Adapter) unsendable(ctx context.Context, f form, got sentForm) *formAnswer {
	back := "\nYour text, to copy:\n" + typedText(f.Fields, got.values)
	if a.now().Unix() > f.Expires {
		return &formAnswer{Error: "This form was open for more than an hour, so nothing was saved. Please open it again." + back}
	}
	if _, used := a.forms.Get(a.now(), f.Nonce); used {
		return &formAnswer{Error: "This form was sent and taken before; nothing was done twice. Please open it again." + back}
	}
	shown := map[string]bool{}
	for _, field := range f.Fields {
		shown[field.Name] = true
	}
	for name := range got.values {
		if !shown[name] {
			return &formAnswer{Error: "There is a field that this form does not have, so nothing was saved."}
		}
	}
	if no := a.unwelcome(ctx, got.user); no != "" {
		return &formAnswer{Error: no}
	}
	return nil
}

// answerForm closes the form and tells the sender, or keeps it open with what
// is wrong. Only an accepted form is used up.
func (a *Adapter) answerForm(ctx context.Context, s *session, c caller, f form, got sentForm, r commands.Reply, late bool) formAnswer {
	wrong := formErrors(f, r)
	if wrong != nil && !late {
		return *wrong
	}
	if wrong != nil {
		m := commands.Tell(commands.Say("Nothing was saved: %s", commands.Words(wrong.words(f)))).Quoting(typedText(f.Fields, got.values))
		a.tell(ctx, c, m)
		return formAnswer{}
	}
	a.forms.Put(a.now(), f.Nonce, struct{}{})
	a.work.Start(ctx, func(ctx context.Context) { a.tell(ctx, c, a.carryOut(ctx, s, c, r)) })
	return formAnswer{}
}

// formErrors gives what is wrong, or nil for an accepted form. An error at a
// field that the form has not would close it as if all were well.
func formErrors(f form, r commands.Reply) *formAnswer {
	if len(r.Errors) == 0 && !r.Failed {
		return nil
	}
	out := &formAnswer{Errors: map[string]string{}}
	var general []string
	for name, text := range r.Errors {
		if f.has(name) {
			out.Errors[name] = chat.Clean(text)
		} else {
			general = append(general, chat.Clean(text))
		}
	}
	if len(r.Errors) == 0 && r.Message != nil {
		general = append(general, chat.Clean(r.Message.Text()))
	}
	slices.Sort(general)
	out.Error = strings.Join(general, "\n")
	if out.Error == "" && len(out.Errors) == 0 {
		out.Error = "Nothing was saved."
	}
	return out
}

func (f form) has(name string) bool {
	for _, field := range f.Fields {
		if field.Name == name {
			return true
		}
	}
	return false
}

func (w formAnswer) words(f form) string {
	var all []string
	if w.Error != "" {
		all = append(all, w.Error)
	}
	for _, field := range f.Fields {
		if text := w.Errors[field.Name]; text != "" {
			all = append(all, field.Label+": "+text)
		}
	}
	return strings.Join(all, " ")
}
