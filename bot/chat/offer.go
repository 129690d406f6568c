package chat

import (
	"crypto/rand"
	"time"

	"thbot/commands"
)

// ActionForm is the action of the button that opens an offered form. The adapter
// takes it itself.
const ActionForm = "chat.form"

// Words of an offer.
const (
	SayNextForm = "The next step is a form:"
	SayFormGone = "I no longer have this form. Nothing was done. Please ask for it again."
)

// Offers are forms that could not be opened at once, since only some deeds can
// open one: a button opens it then.
type Offers struct{ forms *Recent[*commands.Form] }

// NewOffers makes a memory of offered forms, which is empty.
func NewOffers(lasts time.Duration, most int) Offers {
	return Offers{Remember[*commands.Form](lasts, most)}
}

// Add adds the button to what there is to say; m may be nil.
func (o Offers) Add(now time.Time, m *commands.Message, f *commands.Form) *commands.Message {
	id := rand.Text()
	o.forms.Put(now, id, f)
	return new(commands.Message).Add(m).Tell(commands.Say(SayNextForm)).
		Next(commands.Button{Label: f.Title, Action: ActionForm, Record: id})
}

// Pressed gives the reply to a press on such a button, and tells whether it is
// one.
func (o Offers) Pressed(now time.Time, p *commands.Press) (reply commands.Reply, ours bool) {
	if p == nil || p.Action != ActionForm {
		return reply, false
	}
	f, ok := o.forms.Get(now, p.Record)
	if !ok {
		return commands.Reply{Failed: true, Message: commands.Tell(commands.Say(SayFormGone))}, true
	}
	return commands.Reply{Form: f}, true
}
