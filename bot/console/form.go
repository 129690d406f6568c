package console

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"thbot/commands"
)

// openForm shows a form. On a terminal it asks field by field; in a pipe it
// waits for ":submit".
func (c *Console) openForm(ctx context.Context, user string, f *commands.Form) error {
	seen := c.seen(user)
	seen.form, seen.values = f, map[string]string{}
	c.say("Form: %s", people(f.Title))
	if f.Intro != "" {
		c.paragraph(f.Intro, "  ")
	}
	if c.cfg.Terminal {
		c.paragraph("Enter leaves a field as it is, - empties it, . leaves the form.", "  ")
		return c.prompts(ctx, user, f.Fields)
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

// optionValues lists what can be chosen, with the label where the value alone
// does not say it.
func optionValues(options []commands.Option) string {
	values := make([]string, len(options))
	for i, o := range options {
		values[i] = o.Value
		label := strings.ReplaceAll(strings.ToLower(o.Label), "-", " ")
		if !strings.Contains(label, strings.ReplaceAll(strings.ToLower(o.Value), "-", " ")) {
			values[i] += " (" + o.Label + ")" // such as P12 (jane)
		}
	}
	return strings.Join(values, ", ")
}

// prompts asks for fields on a terminal, and sends the form.
func (c *Console) prompts(ctx context.Context, user string, fields []commands.Field) error {
	values := map[string]string{}
	for _, field := range fields {
		c.paragraph(fieldLine(field), "  ")
		text, err := c.lines.read("  " + field.Name + "= ")
		if err != nil {
			return err
		}
		switch strings.TrimSpace(text) {
		case ".":
			c.seen(user).form = nil
			return c.say("The form is closed; nothing was saved.")
		case "-":
			values[field.Name] = ""
		case "":
		default:
			values[field.Name] = text
		}
	}
	return c.send(ctx, user, values)
}

// submit fills in the open form with key=value parts and sends it.
func (c *Console) submit(ctx context.Context, rest string) error {
	form := c.seen(c.user).form
	if form == nil {
		c.wrong = true
		return c.say("There is no open form.")
	}
	values, err := assignments(rest)
	if err != nil {
		c.wrong = true
		return c.say("I could not read this: %s. Try: :submit what=\"Course for consular staff\" when=2027-03", err)
	}
	for name := range values {
		if !slices.ContainsFunc(form.Fields, func(f commands.Field) bool { return f.Name == name }) {
			c.wrong = true
			return c.say("The form has no field %s. It has: %s.", people(name), fieldNames(form.Fields))
		}
	}
	return c.send(ctx, c.user, values)
}

func fieldNames(fields []commands.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return strings.Join(names, ", ")
}

// send sends the open form with what was filled in, now and before. A field
// left as it was is not sent, unless nothing of it is stored yet.
func (c *Console) send(ctx context.Context, user string, values map[string]string) error {
	seen := c.seen(user)
	f := seen.form
	maps.Copy(seen.values, values)
	sent, wrong := map[string]string{}, map[string]string{}
	for _, field := range f.Fields {
		value, given := seen.values[field.Name]
		if !given {
			value = field.Value
		}
		if value != field.Value || f.New && value != "" {
			sent[field.Name] = value
		}
		if !field.Optional && strings.TrimSpace(value) == "" {
			wrong[field.Name] = "This field is needed."
		}
	}
	if len(wrong) > 0 {
		return c.mend(ctx, user, wrong)
	}
	req := c.request(user)
	req.Send = &commands.Submission{Form: f.Name, Record: f.Record, Revision: f.Revision, Values: sent}
	reply := c.commands.Handle(ctx, req)
	if len(reply.Errors) > 0 {
		return c.mend(ctx, user, reply.Errors)
	}
	if !reply.Failed {
		seen.form = nil
	}
	return c.answer(ctx, user, reply, nil)
}

// mend shows what is wrong in a form, by field. On a terminal these fields are
// asked again; what the others hold is kept.
func (c *Console) mend(ctx context.Context, user string, wrong map[string]string) error {
	c.seen(user).wrong = wrong
	c.say("The form is still open:")
	var again []commands.Field
	for _, f := range c.seen(user).form.Fields {
		if text, ok := wrong[f.Name]; ok {
			c.paragraph(f.Name+": "+text, "  ")
			again = append(again, f)
		}
	}
	if len(again) == 0 {
		for _, text := range wrong {
			c.paragraph(text, "  ")
		}
		again = c.seen(user).form.Fields
	}
	if c.cfg.Terminal {
		for _, f := range again {
			delete(c.seen(user).values, f.Name) // so that Enter takes the wrong value back
		}
		return c.prompts(ctx, user, again)
	}
	return c.say("  Mend it with :submit %s=…", again[0].Name)
}

// assignments reads key=value parts. A value is a word, or stands in quotes; a
// backslash in quotes keeps the next character.
func assignments(s string) (map[string]string, error) {
	values := map[string]string{}
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		name, rest, ok := strings.Cut(s, "=")
		if !ok || name == "" || strings.ContainsAny(name, " \"") {
			return nil, fmt.Errorf("it has no key=value at %q", s)
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
