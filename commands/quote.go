package commands

import (
	"strings"

	"thbot/store"
	"thbot/store/fault"
)

// quoted opens the form for a new activity, filled in with a message of the
// chat and the way back to it. Nothing is stored before it is sent.
func (k *call) quoted(q Quote) (Reply, error) {
	if err := k.allowed(k.lookUp("record")); err != nil {
		return Reply{}, err
	}
	if !k.req.Surface.Forms {
		return Reply{}, fault.New(fault.Invalid, "Nothing was recorded: there are no forms here. Type it.").WithTry("/thb record %s", firstLine(q.Text))
	}
	f := k.recordForm(cutQuote(q.Text))
	f.Intro = "From the message. Leave what should be recorded; persons and case numbers do not belong here."
	if q.Link != "" {
		f.Fields = append(f.Fields, Field{Name: "link", Label: "Link", Hint: "Back to the message", Type: FieldText, Value: q.Link, Optional: true})
	}
	return Reply{Form: f}, nil
}

// cutQuote keeps a message within what a form's field holds: the link leads to
// the whole.
func cutQuote(text string) string {
	text = strings.TrimSpace(text)
	if r := []rune(text); len(r) > store.MaxText-200 {
		text = strings.TrimRight(string(r[:store.MaxText-200]), " \n") + "…"
	}
	return text
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
