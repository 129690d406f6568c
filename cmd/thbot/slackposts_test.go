package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"thbot/bot/slack/standin"
)

// flagged has two agencies record the same, and gives the second's title,
// which the first is then told of.
func (s *served) flagged() string {
	s.t.Helper()
	s.say("cepol", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2031")
	title := "Course: spotting signs of forced labour at the workplace"
	if got := s.say("eurofound", "record "+title+" country:RO when:2031-04 audience:labour-inspectors"); !strings.Contains(got, "Possible duplicate") {
		s.t.Fatalf("no flag is raised: %s", got)
	}
	return title
}

// flags counts the messages in cepol's direct messages with the title in them.
func (s *served) flags(title string) int {
	n := 0
	for _, m := range s.Messages(s.Direct(s.people["cepol"].ID)) {
		if strings.Contains(readMessage(m).Text, title) {
			n++
		}
	}
	return n
}

// sent tells how often a post with the title was tried.
func (s *served) sent(title string) int {
	n := 0
	for _, c := range s.Calls() {
		if c.Method == "chat.postMessage" && strings.Contains(c.Args.Get("text"), title) {
			n++
		}
	}
	return n
}

// TestAnswerLost loses the answer to a post after Slack took it, in three
// ways, also with a history that lags: there is one message, not two.
func TestAnswerLost(t *testing.T) {
	t.Parallel()
	type loss struct {
		fault standin.Fault
		lag   int
		tries int
	}
	losses := map[string]loss{
		"the connection broke":       {standin.Fault{Lost: true}, 0, 1},
		"a gateway answered":         {standin.Fault{Gateway: true}, 0, 1},
		"the answer was cut":         {standin.Fault{Truncated: true}, 0, 1},
		"and the history lags":       {standin.Fault{Lost: true}, 1, 1},
		"control: it was not taken":  {standin.Fault{Reset: true}, 0, 2},
		"control: Slack was not up":  {standin.Fault{Status: http.StatusServiceUnavailable}, 0, 2},
		"control: too many requests": {standin.Fault{Status: http.StatusTooManyRequests, RetryAfter: 1}, 0, 2},
	}
	atOnce(slices.Collect(maps.Keys(losses)), func(name string) {
		t.Run(name, func(t *testing.T) {
			c := losses[name]
			s := serve(t, "socket", standin.Config{}, func(s *served) { s.keys["overlap"] = `hold = "1s"` })
			c.fault.Method, c.fault.Times = "chat.postMessage", 1
			s.LagHistory(c.lag)
			s.Break(c.fault)
			title := s.flagged()
			s.eventually("nothing is posted", func() bool { return s.flags(title) > 0 })
			s.eventually("the post stays open", func() bool { return s.settled() })
			if n := s.flags(title); n != 1 {
				t.Errorf("%d messages", n)
			}
			if n := s.sent(title); n != c.tries {
				t.Errorf("posted in %d attempts, not %d", n, c.tries)
			}
		})
	})
}

// settled tells that nothing is due.
func (s *served) settled() bool { return !strings.Contains(s.say("atc", "outbox"), "Due, on the way") }

// TestOutage has Slack's Web API down while people go on: what they type is
// stored and answered, and what is due goes out afterwards.
func TestOutage(t *testing.T) {
	t.Parallel()
	s := serve(t, "socket", standin.Config{}, func(s *served) { s.keys["overlap"] = `hold = "1s"` })
	lift := s.Break(standin.Fault{Status: http.StatusServiceUnavailable})
	title := s.flagged()
	s.eventually("nothing is tried", func() bool { return s.tries() > 0 })
	if n := s.flags(title); n != 0 {
		t.Fatalf("%d messages while Slack is down", n)
	}
	lift()
	s.eventually("nothing is posted", func() bool { return s.flags(title) == 1 })
}

func (s *served) tries() int {
	n := 0
	for _, c := range s.Calls() {
		if c.Method == "chat.postMessage" || c.Method == "conversations.open" {
			n++
		}
	}
	return n
}
