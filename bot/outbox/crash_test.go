package outbox_test

import (
	"testing"
	"time"

	"thbot/bot/crashtest"
	"thbot/commands"
)

// TestMain starts the tests or, for a trial, the process that is killed.
func TestMain(m *testing.M) {
	crashtest.Main(m, crashtest.Process{
		Adapter: crashtest.BoardAdapter,
		Setup:   crashtest.People(crashtest.BoardAccount),
		Rules:   commands.Rules{Channels: []string{"board//channel"}, Reminders: []string{"3d"}},
	})
}

// TestCrashPoints kills the process wherever it can be killed. The board loses
// posts and answers, tells to wait, fails, and shows a post in its history too
// late, so that it is made twice and healed.
func TestCrashPoints(t *testing.T) {
	story := crashtest.Story()
	story.Open = crashtest.OpenBoard(map[string]crashtest.Trouble{
		"send#2": {Lost: true}, "send#4": {Unheard: true}, "send#6": {Wait: 40 * time.Second}, "send#7": {Internal: true},
		"send#9": {Unheard: true, Lag: time.Hour}, "send#14": {Unheard: true}, "find#3": {Internal: true}, "edit#1": {Unheard: true},
	})
	story.Everywhere(t)
}

// TestBrokenIsFound holds that the trials find each broken variant out: at some
// point a kill leaves a message lost, doubled or posted blindly, or a record
// lost that was acknowledged. Left alone, the variants look right.
func TestBrokenIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	for _, c := range []struct{ broken, at string }{
		{crashtest.MarkFirst, "delivered: after the commit#1"},
		{crashtest.NoLookUp, "send: taken, not answered#1"},
		{crashtest.Acknowledge, "receive: before the command#1"},
	} {
		t.Run(c.broken, func(t *testing.T) {
			calm := crashtest.Story()
			calm.Open = crashtest.OpenBoard(nil)
			calm.FindsOut(t, c.broken, c.at)
		})
	}
}
