package outbox

import (
	"testing"
	"time"

	"thbot/commands"
)

// TestAnyHour holds that direct messages go at night, too, where the operator
// wants no quiet hours.
func TestAnyHour(t *testing.T) {
	p := open(t)
	c, err := commands.New(commands.Config{Store: p.store, Rules: commands.Rules{AnyHour: true}})
	if err != nil {
		t.Fatal(err)
	}
	p.commands = c
	p.restart()
	p.now = at(t, "2026-11-28 23:00")
	p.plan()
	p.now = p.now.Add(15 * time.Minute)
	p.deliver()
	if len(p.chat.to("europol")) != 1 {
		t.Fatal("not delivered on a Saturday night")
	}
}
