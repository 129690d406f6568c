package console

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"thbot/commands"
)

// openForm shows a form. On a terminal it asks field by field; in a pipe it
// waits for ":submit".
func (c *Console) openForm(ctx context.Context, user string, f *commands.Form) error {
	seen := c.shown[user]
	if seen == nil {
		seen = &shown{}
		c.shown[user] = seen
	}
	seen.form = f
	c.say("Form: %s", f.Title)
	if f.Intro != "" {
		c.paragraph(f.Intro, "  ")
	}
	if c.cfg.Terminal {
		return c.prompts(ctx, user, f)
	}
	for _, field := range f.Fields {
		c.paragraph(fieldLine(field), "  ")
	}
	return c.say("  [%s] with :submit %s=…", f.Submit, f.Fields[0].Name)
}

// fieldLine describes a field: "when (optional): When. Such as March 2027".
func fieldLine(f commands.Field) string {
	var b strings.Builder
	b.WriteString(f.Name)
	if f.Optional {
		b.WriteString(" (optional)")
	}
	b.WriteString(": " + f.Label)
	if f.Hint != "" {
		b.WriteString(". " + f.Hint)
	}
	if len(f.Options) > 0 {
		b.WriteString(". One of: ")
		if f.Type == commands.FieldMulti {
			b.Reset()
			fmt.Fprintf(&b, "%s%s: %s. Any of: ", f.Name, optional(f), f.Label)
		}
		b.WriteString(optionValues(f.Options))
	}
	if f.Value != "" {
		fmt.Fprintf(&b, " [now: %s]", f.Value)
	}
	return b.String()
}

func optional(f commands.Field) string {
	if f.Optional {
		return " (optional)"
	}
	return ""
}

func optionValues(options []commands.Option) string {
	values := make([]string, len(options))
	for i, o := range options {
		values[i] = o.Value
	}
	return strings.Join(values, ", ")
}

// prompts asks for each field on a terminal. An empty answer leaves a field as
// it is; a dot at any prompt leaves the form.
func (c *Console) prompts(ctx context.Context, user string, f *commands.Form) error {
	c.say("  Enter leaves a field as it is, . leaves the form.")
	values := map[string]string{}
	for i := 0; i < len(f.Fields); i++ {
		field := f.Fields[i]
		c.paragraph(fieldLine(field), "  ")
		text, err := c.lines.read("  " + field.Name + "= ")
		if err != nil {
			return err
		}
		switch {
		case strings.TrimSpace(text) == ".":
			return c.say("The form is closed; nothing was saved.")
		case text == "" && !field.Optional && field.Value == "":
			c.say("  This one is needed.")
			i--
		case text != "":
			values[field.Name] = text
		}
	}
	return c.send(ctx, user, f, values)
}

// submit fills in the open form with key=value parts and sends it.
func (c *Console) submit(ctx context.Context, rest string) error {
	seen := c.shown[c.user]
	if seen == nil || seen.form == nil {
		c.wrong = true
		return c.say("There is no open form.")
	}
	values, err := assignments(rest)
	if err != nil {
		c.wrong = true
		return c.say("%s", err)
	}
	for name := range values {
		if !slices.ContainsFunc(seen.form.Fields, func(f commands.Field) bool { return f.Name == name }) {
			c.wrong = true
			return c.say("The form has no field %s.", name)
		}
	}
	return c.send(ctx, c.user, seen.form, values)
}

func (c *Console) send(ctx context.Context, user string, f *commands.Form, values map[string]string) error {
	req := c.request(user)
	sent := map[string]string{}
	for _, field := range f.Fields {
		value, given := values[field.Name]
		if given && value != field.Value {
			sent[field.Name] = value
		}
		if !given && !field.Optional && field.Value == "" {
			return c.showErrors(user, map[string]string{field.Name: "This field is needed."})
		}
	}
	req.Send = &commands.Submission{Form: f.Name, Record: f.Record, Revision: f.Revision, Values: sent}
	reply := c.commands.Handle(ctx, req)
	if len(reply.Errors) == 0 {
		c.shown[user].form = nil
	}
	return c.answer(ctx, user, reply, nil)
}

// showErrors shows what is wrong in a form, by field. On a terminal the form
// is asked again by the command that opened it.
func (c *Console) showErrors(user string, errors map[string]string) error {
	fields := make([]string, 0, len(errors))
	for name := range errors {
		fields = append(fields, name)
	}
	slices.Sort(fields)
	c.say("The form is still open:")
	for _, name := range fields {
		c.paragraph(name+": "+errors[name], "  ")
	}
	if c.cfg.Terminal {
		return c.say("  Mend it with :submit %s=…", fields[0])
	}
	return nil
}

// assignments reads key=value parts. A value is a word, or stands in quotes; a
// backslash in quotes keeps the next character.
func assignments(s string) (map[string]string, error) {
	values := map[string]string{}
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		name, rest, ok := strings.Cut(s, "=")
		if !ok || name == "" || strings.ContainsAny(name, " \"") {
			return nil, fmt.Errorf(`I could not read %q. Try: :submit what="Course for consular staff" when=2027-03`, s)
		}
		value, after, err := assigned(rest)
		if err != nil {
			return nil, err
		}
		values[name], s = value, after
	}
	return values, nil
}

func assigned(s string) (value, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, " ")
		return value, rest, nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == 'n':
			b.WriteByte('\n')
			i++
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			return b.String(), s[i+1:], nil
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", fmt.Errorf("a quote is not closed in %q", s)
}
