package slack

import "strings"

// typed is text as somebody typed it, and whom it mentions.
type typed struct {
	Text string
	// Mentions gives the user id for a name as it stands in Text after the @;
	// "" where two people are so called.
	Mentions map[string]string
}

// plain reads text as Slack delivers it: with <@U1|jane> for @jane, <#C1|general>
// for #general, links in angle brackets, and &, < and > as entities. Each is
// read once, in one pass, so that what somebody typed comes back as typed, also
// where he typed such signs himself.
func plain(s string) typed {
	t := typed{Mentions: map[string]string{}}
	var b strings.Builder
	for s != "" {
		i := strings.IndexAny(s, "<&")
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		if s[0] == '&' {
			n := entity(&b, s)
			s = s[n:]
			continue
		}
		end := strings.IndexByte(s, '>')
		if end < 0 {
			b.WriteByte('<')
			s = s[1:]
			continue
		}
		b.WriteString(t.marked(s[1:end]))
		s = s[end+1:]
	}
	b.WriteString(s)
	t.Text = asTyped(b.String())
	return t
}

// entity writes the sign that s begins with, and gives how much of s it took.
func entity(b *strings.Builder, s string) int {
	for name, sign := range map[string]string{"&amp;": "&", "&lt;": "<", "&gt;": ">"} {
		if strings.HasPrefix(s, name) {
			b.WriteString(sign)
			return len(name)
		}
	}
	b.WriteByte('&')
	return 1
}

// marked gives what stood where Slack put <…>.
func (t *typed) marked(inner string) string {
	target, label, named := strings.Cut(inner, "|")
	target, label = unescape(target), unescape(label)
	switch {
	case strings.HasPrefix(target, "@"):
		id := target[1:]
		if label = strings.TrimPrefix(label, "@"); label == "" || strings.ContainsAny(label, " \u00a0") {
			label = id // a name of two words could not be told from what follows it
		}
		if was, known := t.Mentions[label]; known && was != id {
			id = ""
		}
		t.Mentions[label] = id
		return "@" + label
	case strings.HasPrefix(target, "#"):
		if label == "" {
			label = target[1:]
		}
		return "#" + strings.TrimPrefix(label, "#")
	case strings.HasPrefix(target, "!"):
		return special(target[1:], label)
	case !named || label == "":
		return target
	case strings.Contains(target, label):
		return label // Slack made a link of what was typed
	}
	return label + " (" + target + ")"
}

// special gives the words of @here and its kin, of groups, and of dates.
func special(what, label string) string {
	if label != "" {
		return label
	}
	name, _, _ := strings.Cut(what, "^")
	return "@" + name
}

var unescaper = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")

func unescape(s string) string { return unescaper.Replace(s) }
