package chattest

import (
	"embed"
	"fmt"
	"path"
	"strconv"
	"strings"
)

//go:embed conversations/*.txt
var files embed.FS

// Folder is where the conversations lie, in this package's own folder.
const Folder = "conversations"

// Conversation is one file of the suite. A step stands at the start of a line:
//
//	cepol: record Webinar for labour inspectors      types /thb record …; \n is a line break
//	cepol presses Change details                     on what cepol saw last with that label
//	cepol fills in kind=training title="A B"         the form that cepol saw last
//	cepol's inbox                                    all direct messages, once what is due has gone out
//	the channel                                      the same of the coordination channel
//	the time comes                                   of the first reminder
//
// and what is then seen below it, indented: lines of text; buttons in
// brackets; "form TITLE" and its fields as "name (Label): value"; "! field:
// what is wrong"; "file NAME: what the picture shows". In an inbox a line --
// parts the messages. An ellipsis fits anything. A line that begins with # is
// a comment. "{in 14 days}" in what is typed is a minute or so from now, and 14
// days: Reminder before it is soon.
type Conversation struct {
	Name  string
	Steps []*Step
}

// Step is one thing that a person does, and what is seen then.
type Step struct {
	Lead []string // comments and empty lines above it
	Text string   // as it stands in the file
	User string
	Verb Verb
	Rest string // what is typed, pressed or filled in
	Want []string
	Line int
}

// Verb is what a person does in a step.
type Verb int

// The verbs.
const (
	Types Verb = iota
	Presses
	Fills
	Inbox
	Channel
	Waits
)

// Conversations reads the suite.
func Conversations() ([]*Conversation, error) {
	entries, err := files.ReadDir(Folder)
	if err != nil {
		return nil, err
	}
	var all []*Conversation
	for _, e := range entries {
		b, err := files.ReadFile(path.Join(Folder, e.Name()))
		if err != nil {
			return nil, err
		}
		c, err := Parse(strings.TrimSuffix(e.Name(), ".txt"), string(b))
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// Parse reads one conversation.
func Parse(name, text string) (*Conversation, error) {
	c := &Conversation{Name: name}
	var lead []string
	for n, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
			lead = append(lead, line)
		case strings.HasPrefix(line, "\t"):
			if len(c.Steps) == 0 {
				return nil, fmt.Errorf("%s:%d: nothing was done before this", name, n+1)
			}
			last := c.Steps[len(c.Steps)-1]
			last.Want = append(last.Want, line[1:])
		default:
			s, err := parseStep(line)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, n+1, err)
			}
			s.Lead, s.Line, lead = lead, n+1, nil
			c.Steps = append(c.Steps, s)
		}
	}
	return c, nil
}

func parseStep(line string) (*Step, error) {
	s := &Step{Text: line}
	switch line {
	case "the channel":
		s.Verb = Channel
		return s, nil
	case "the time comes":
		s.Verb = Waits
		return s, nil
	}
	first, rest, _ := strings.Cut(line, " ")
	if user, ok := strings.CutSuffix(first, ":"); ok {
		s.User, s.Verb, s.Rest = user, Types, strings.ReplaceAll(rest, `\n`, "\n")
		return s, nil
	}
	if user, ok := strings.CutSuffix(first, "'s"); ok && rest == "inbox" {
		s.User, s.Verb = user, Inbox
		return s, nil
	}
	s.User = first
	var ok bool
	if s.Rest, ok = strings.CutPrefix(rest, "presses "); ok {
		s.Verb = Presses
		return s, nil
	}
	if s.Rest, ok = strings.CutPrefix(rest, "fills in"); ok {
		s.Verb = Fills
		_, err := Values(s.Rest)
		return s, err
	}
	return nil, fmt.Errorf("%q is no step", line)
}

// Values reads what is filled in: name=word, or name="quoted as in Go".
func Values(text string) (map[string]string, error) {
	values := map[string]string{}
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimSpace(rest) {
		name, after, ok := strings.Cut(rest, "=")
		if !ok || name == "" || strings.ContainsAny(name, ` "`) {
			return nil, fmt.Errorf("%q is no name=value", rest)
		}
		if !strings.HasPrefix(after, `"`) {
			values[name], rest, _ = strings.Cut(after, " ")
			continue
		}
		quoted, err := strconv.QuotedPrefix(after)
		if err != nil {
			return nil, fmt.Errorf("the quotes of %s do not close", name)
		}
		if values[name], err = strconv.Unquote(quoted); err != nil {
			return nil, fmt.Errorf("the value of %s: %w", name, err)
		}
		rest = after[len(quoted):]
	}
	return values, nil
}

// String gives the conversation as it stands in its file.
func (c *Conversation) String() string {
	var b strings.Builder
	for _, s := range c.Steps {
		for _, l := range s.Lead {
			b.WriteString(l + "\n")
		}
		b.WriteString(s.Text + "\n")
		for _, l := range s.Want {
			b.WriteString("\t" + l + "\n")
		}
	}
	return b.String()
}
