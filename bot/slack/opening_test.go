package slack

import (
	"context"
	"strings"
	"testing"
	"time"

	"thbot/bot/slack/standin"
	"thbot/commands"
)

// What is slow to answer gets a modal to wait in, which then becomes the form,
// or says where the answer is.
func TestASlowFormTakesThePlaceOfAModalToWaitIn(t *testing.T) {
	for name, reply := range map[string]commands.Reply{
		"form": {Form: wide()}, "no form": {Message: commands.Tell(commands.Say("here"))},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, Socket)
			d.adapter.slow = time.Millisecond
			gate := make(chan struct{})
			d.answers(func(context.Context, commands.Request) commands.Reply {
				<-gate
				return reply
			})
			mark := d.server.Mark()
			d.say("cepol", "edit A17")
			x, mark, err := d.server.Next(d.ctx(), mark, func(x standin.Sight) bool { return x.Kind == standin.Opened })
			if err != nil || !strings.Contains(said(t, x.View), "One moment") {
				t.Fatalf("%+v, %v", x, err)
			}
			close(gate)
			y, _, err := d.server.Next(d.ctx(), mark, func(y standin.Sight) bool { return y.Kind == standin.Changed && y.View.ID == x.View.ID })
			if err != nil {
				t.Fatal(err)
			}
			if text := said(t, y.View); name == "form" && y.View.Title != "Details of A17" || name != "form" && !strings.Contains(text, sayElsewhere) {
				t.Errorf("%+v", y.View)
			}
		})
	}
}

func TestAQuickAnswerOpensNoModalToWaitIn(t *testing.T) {
	d := newDesk(t, Socket)
	d.acked(d.say("cepol", "list"))
	d.post(d.place("cepol"), "flag/1", asked())
	d.acked(d.press("cepol", d.posted("cepol"), "We will coordinate"))
	d.adapter.work.Wait()
	for _, x := range d.server.Sights(0) {
		if x.Kind == standin.Opened {
			t.Errorf("%+v", x)
		}
	}
}
