package mattermost

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/commands"
)

// Words of the adapter's own.
const (
	sayStarting = "I am starting, or cannot reach the server's data just now. Nothing was done. Please try again in a minute."
	sayUnsure   = "I could not check your account just now, so nothing was done. Please try again in a minute."
	sayNobody   = "Bots and deactivated accounts cannot use thbot."
	sayClock    = "The clocks of Mattermost and of thbot differ by more than five minutes, so I cannot take this. Please tell your thbot administrator."
	sayWait     = "This takes a moment. I will answer here, or in your direct messages."
	sayButtons  = "The buttons for this are in your direct messages with me."
	// A picture is not exchanged with an edit; its day is that of the post.
	sayOldPicture = "The picture below is the first one, of %s; the words are newer. `/thb coverage` draws it anew."
)

// carryOut opens the reply's form and delivers its files, and gives the
// message with what there is to say of that. It may be nil.
func (a *Adapter) carryOut(ctx context.Context, s *session, c caller, r commands.Reply) *commands.Message {
	m := r.Message
	add := func(line commands.Line) { m = new(commands.Message).Add(m).Tell(line) }
	switch {
	case r.Form == nil:
	case c.trigger == "":
		m = a.offers.Add(a.now(), m, r.Form) // what somebody sends in one form cannot open the next
	default:
		if err := a.open(ctx, s, c, r.Form); err != nil {
			a.log.Warn("a form was not opened", "form", r.Form.Name, "error", err)
			add(commands.Say("The form could not be opened. Please type it instead; `/thb help` shows how."))
		}
	}
	if len(r.Files) > 0 {
		if err := a.deliver(ctx, c, r.Files); err != nil {
			a.log.Warn("a file was not delivered", "error", err)
			add(commands.Say("The file could not be sent to your direct messages. Please ask again in a minute."))
		} else {
			add(commands.Say("In your direct messages: %s.", commands.Words(names(r.Files))))
		}
	}
	if m != nil && len(m.Blocks) == 0 {
		return nil
	}
	return m
}

// pressed gives the reply to a press: of the commands, or an offered form.
func (a *Adapter) pressed(ctx context.Context, handle chat.Handler, req commands.Request) commands.Reply {
	if reply, ours := a.offers.Pressed(a.now(), req.Press); ours {
		return reply
	}
	return handle(ctx, req)
}

func names(files []commands.File) string {
	all := make([]string, len(files))
	for i, f := range files {
		all[i] = f.Name
	}
	return strings.Join(all, ", ")
}

// deliver puts files into the caller's direct messages, a picture with its
// words.
func (a *Adapter) deliver(ctx context.Context, c caller, files []commands.File) error {
	m := new(commands.Message)
	for _, f := range files {
		if f.Alt == "" {
			m.Tell(commands.Say("%s", commands.Words(f.Name)))
		} else {
			m.Tell(commands.Say("%s: %s", commands.Words(f.Name), commands.Words(f.Alt)))
		}
	}
	return a.directly(ctx, c, m, files)
}

// directly posts a message into the caller's direct messages, once, with the
// files on its first part. Nobody waits for it in an outbox.
func (a *Adapter) directly(ctx context.Context, c caller, m *commands.Message, files []commands.File) error {
	s, err := a.conn.Session(ctx)
	if err != nil {
		return err
	}
	bodies, err := Render(m)
	if err != nil {
		return err
	}
	for i, b := range bodies {
		p := chat.Post{Place: chat.Place{Account: s.accountID(c.user)}, Key: "reply/" + nonce(), Body: b}
		if i == 0 {
			p.Files = files
		}
		if out := a.Send(ctx, p); out.Verdict != chat.Delivered {
			return out.Err
		}
	}
	return nil
}

// tell reaches the caller when the delivery is answered already: where his
// command can still be answered, else by direct message.
func (a *Adapter) tell(ctx context.Context, c caller, m *commands.Message) {
	if m == nil {
		return
	}
	err := a.viaHook(ctx, c, m)
	if err != nil {
		err = a.directly(ctx, c, m, nil)
	}
	if err != nil {
		a.log.Error("an answer was not delivered", "error", err)
	}
}

var errNoHook = errors.New("no command to answer")

// viaHook answers the command that all this began with once more.
func (a *Adapter) viaHook(ctx context.Context, c caller, m *commands.Message) error {
	if c.hook == "" {
		return errNoHook
	}
	response, err := a.reply(m, c)
	if err != nil {
		return err
	}
	b, err := json.Marshal(response)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.site("/hooks/commands/"+c.hook), bytes.NewReader(b))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := a.http.Do(req)
	if err != nil {
		return failed("answer a command", nil, err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	if resp.StatusCode != http.StatusOK {
		return &apiError{op: "answer a command", status: resp.StatusCode}
	}
	return nil
}

// reply gives a message as the ephemeral answer to a command. Its buttons work
// for the caller only.
func (a *Adapter) reply(m *commands.Message, c caller) (*model.CommandResponse, error) {
	var first *model.CommandResponse
	for _, b := range render(m) {
		text, attachments, err := a.dress(b, claim{Addressee: c.user, Surface: onReply, Hook: c.hook})
		if err != nil {
			return nil, err
		}
		r := ephemeral(text)
		r.Attachments = attachments
		if first == nil {
			first = r
		} else {
			first.ExtraResponses = append(first.ExtraResponses, r)
		}
	}
	if first == nil {
		first = ephemeral("")
	}
	return first, nil
}

// text gives a message as Markdown without its buttons.
func text(m *commands.Message) string {
	var all []string
	for _, b := range render(m) {
		for _, s := range b.Sections {
			if s.Text != "" {
				all = append(all, s.Text)
			}
		}
	}
	return strings.Join(all, "\n\n")
}

// open opens a form with the caller's trigger.
func (a *Adapter) open(ctx context.Context, s *session, c caller, f *commands.Form) error {
	if c.trigger == "" {
		return errTrigger
	}
	d, fields := dialog(f, s.version)
	if len(fields) == 0 {
		return errors.New("no field of the form can be shown")
	}
	state := form{
		Name: f.Name, Record: f.Record, Revision: f.Revision, Channel: c.channel, User: c.user,
		Nonce: nonce(), Expires: a.now().Add(formLasts).Unix(), Fields: fields,
	}
	var err error
	if d.State, err = a.keys.sealForm(state); err != nil {
		return err
	}
	if c.hook != "" {
		a.hooks.Put(a.now(), state.Nonce, c.hook)
	}
	resp, err := a.api.OpenInteractiveDialog(ctx, model.OpenDialogRequest{TriggerId: c.trigger, URL: a.callback("dialog"), Dialog: d})
	return failed("open a form", resp, err)
}
