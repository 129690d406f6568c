package commands

import (
	"slices"
	"strings"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/fault"
)

// answerWords says what an agency has answered.
var answerWords = map[string]string{
	store.Going: "you will be there", store.DeputyGoes: "your deputy goes", store.Away: "not this time",
}

// answerButtons are the three answers, for a meeting that lies ahead.
func (k *call) answerButtons(m *store.Meeting) []Button {
	if !m.Stands() || !m.Start.After(k.now) || k.who.Role == store.Coordinator {
		return nil
	}
	return answers(m)
}

// answers carry the meeting's schedule revision: an answer is about a time.
func answers(m *store.Meeting) []Button {
	ref := store.MeetingRef(m.ID)
	return []Button{
		{Label: "I will be there", Action: "meeting.going", Record: ref, Revision: m.Schedule},
		{Label: "My deputy goes", Action: "meeting.deputy", Record: ref, Revision: m.Schedule},
		{Label: "Not this time", Action: "meeting.away", Record: ref, Revision: m.Schedule},
	}
}

// answerPress takes an answer from a button. One about another time than the
// meeting now has is not an answer to it.
func (k *call) answerPress(p Press, answer string) (Reply, error) {
	_, id, _ := store.ParseRef(p.Record, 'M')
	var m *store.Meeting
	err := k.view(func(v *store.View) (err error) {
		m, err = meetingOf(v, p.Record)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	if p.Revision != 0 && p.Revision != m.Schedule && m.Stands() && m.Start.After(k.now) {
		return Reply{Message: Tell(
			Say("*%s* has moved since: it is now %s.", Words(m.Title), k.momentWords(m.Start, k.zone(), k.today)),
			Say("So I have not taken that as your answer. Will you be there?"),
		).Next(k.answerButtons(m)...)}, nil
	}
	return k.answerMeeting(id, answer)
}

// answerMeeting keeps what the caller says to an invitation.
func (k *call) answerMeeting(id int, answer string) (Reply, error) {
	if k.who.Role == store.Coordinator {
		return Reply{}, fault.New(fault.Forbidden, "Answers are the agencies' to give. Who took part is noted afterwards.").WithTry("/thb meeting attended %s cepol, europol", store.MeetingRef(id))
	}
	var m *store.Meeting
	err := k.update("meeting", func(ch *store.Change) error {
		was, err := meetingOf(ch.View, store.MeetingRef(id))
		if err != nil {
			return err
		}
		switch {
		case !was.Stands():
			return fault.New(fault.Conflict, "“%s” is cancelled, so there is nothing to answer.", was.Title).WithTry("/thb meeting list")
		case !was.Start.After(ch.At):
			return fault.New(fault.Conflict, "“%s” has begun, so it is too late to answer.", was.Title).WithTry("/thb meeting list")
		}
		m = was.Clone()
		if m.Answers[k.who.ID].Going == answer {
			return nil
		}
		if m.Answers == nil {
			m.Answers = map[int]store.Answer{}
		}
		m.Answers[k.who.ID] = store.Answer{Going: answer, Agency: k.who.Agency, At: ch.At}
		return ch.PutMeeting(m)
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Message: Tell(k.answeredLine(m, answer)).Next(otherAnswers(m, answer)...)}, nil
}

func (k *call) answeredLine(m *store.Meeting, answer string) Line {
	words := map[string]string{
		store.Going:      "Noted: you will be there for %s.",
		store.DeputyGoes: "Noted: your deputy goes for %s.",
		store.Away:       "Noted: nobody comes for %s this time. I will not remind you of it again.",
	}[answer]
	return Join(" ", Say(words, k.agencyName(k.who.Agency)), Say("*%s*, %s.", Words(m.Title), k.momentWords(m.Start, k.zone(), k.today)))
}

// otherAnswers are the answers but the one given.
func otherAnswers(m *store.Meeting, answer string) []Button {
	return slices.DeleteFunc(answers(m), func(b Button) bool { return b.Action == "meeting."+answer })
}

// agencyAnswer gives what the agency said last, or "".
func (c *Commands) agencyAnswer(m *store.Meeting, agency string) string {
	var last store.Answer
	for _, a := range m.Answers {
		if a.Agency == agency && agency != "" && a.At.After(last.At) {
			last = a
		}
	}
	return last.Going
}

// answerLines sums the answers up by agency.
func (c *Commands) answerLines(m *store.Meeting) []Line {
	by := map[string][]string{}
	for _, a := range c.catalogue.Agencies {
		answer := c.agencyAnswer(m, a.Slug)
		by[answer] = append(by[answer], a.Short)
	}
	var lines []Line
	for _, group := range []struct{ answer, words string }{
		{store.Going, "Will be there"}, {store.DeputyGoes, "Deputy goes"}, {store.Away, "Not this time"}, {"", "No answer yet"},
	} {
		if names := by[group.answer]; len(names) > 0 {
			lines = append(lines, Say("%s: %s", group.words, andList(names)))
		}
	}
	return lines
}

// attended notes who took part. The list said last stands.
func (k *call) attended(rest string) (Reply, error) {
	id, rest := line.Word(rest)
	if id == "" || strings.TrimSpace(rest) == "" {
		return Reply{}, fault.New(fault.Invalid, "Who took part in which meeting?").WithTry("/thb meeting attended M3 cepol, europol")
	}
	agencies, err := k.agenciesIn(id, rest)
	if err != nil {
		return Reply{}, err
	}
	var m *store.Meeting
	var before []string
	var group int64
	err = k.update("meeting", func(ch *store.Change) error {
		was, err := meetingOf(ch.View, id)
		if err != nil {
			return err
		}
		if !was.Stands() || was.Start.After(ch.At) {
			return fault.New(fault.Conflict, "%s has not taken place, so nobody took part yet. Nothing was saved.", store.MeetingRef(was.ID)).WithTry("/thb meeting show %s", store.MeetingRef(was.ID))
		}
		m, before, group = was.Clone(), was.Attended, ch.Group()
		m.Attended = agencies
		return ch.PutMeeting(m)
	})
	if err != nil {
		return Reply{}, err
	}
	msg := Tell(Say("**%s**: %s took part: %s.", store.MeetingRef(m.ID), count(len(agencies), "agency", "agencies"), k.agencyNames(agencies)))
	if len(before) > 0 && !slices.Equal(before, agencies) {
		msg.Tell(Say("Before, it said: %s.", k.agencyNames(before)))
	}
	return Reply{Message: msg.Next(undoButton(group, ""))}, nil
}

// agenciesIn reads a list of agencies, in the statement's order; "all" is all.
func (k *call) agenciesIn(id, text string) ([]string, error) {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == ';' || r == '\n' })
	if len(words) == 1 && strings.EqualFold(words[0], "all") {
		words = nil
		for _, a := range k.catalogue.Agencies {
			words = append(words, a.Slug)
		}
	}
	named := map[string]bool{}
	for i, word := range words {
		if strings.EqualFold(word, "and") {
			continue
		}
		a, err := k.catalogue.FindAgency(word)
		if err != nil {
			return nil, fault.Retry(err, func(try string) string {
				words[i] = try
				return "/thb meeting attended " + id + " " + strings.Join(words, ", ")
			})
		}
		named[a.Slug] = true
	}
	var agencies []string
	for _, a := range k.catalogue.Agencies {
		if named[a.Slug] {
			agencies = append(agencies, a.Slug)
		}
	}
	return agencies, nil
}
