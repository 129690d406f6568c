package slack

import (
	"strings"
	"unicode/utf8"

	"thbot/bot/chat"
)

// apart is a zero-width space. Where Slack takes text as it is, it keeps a "<"
// from what follows it, so that no reader of ours, now or later, can take
// people's words for Slack's own signs.
const apart = "\u200b"

// steering are the signs that make "<" the start of a mention or a command.
const steering = "!@#"

// escape makes text safe where Slack reads its own syntax: in the fallback
// text and in mrkdwn.
func escape(s string) string { return escaper.Replace(chat.Clean(s)) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// literal is text for the places that Slack shows as they are: plain_text,
// rich text and cells of a table.
func literal(s string) string {
	s = chat.Clean(s)
	if !strings.Contains(s, "<") {
		return s
	}
	for _, sign := range steering {
		s = strings.ReplaceAll(s, "<"+string(sign), "<"+apart+string(sign))
	}
	return s
}

// asTyped takes back what literal did, in text that comes from a field that we
// filled in or from a message of ours, and what no store takes.
func asTyped(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	for strings.Contains(s, "<"+apart) {
		s = strings.ReplaceAll(s, "<"+apart, "<")
	}
	return s
}

// oneLine is literal text without line breaks.
func oneLine(s string) string { return strings.ReplaceAll(literal(s), "\n", " ") }

// weight is how long a text is at its longest: escaped in the fallback, or
// with its signs set apart.
func weight(s string) int {
	n := utf8.RuneCountInString(s)
	for _, c := range []struct {
		sign string
		more int
	}{{"&", 4}, {"<", 3}, {">", 3}} {
		n += c.more * strings.Count(s, c.sign)
	}
	return n
}

// pieces cuts a text so that none weighs more than most, behind a space where
// there is one.
func pieces(s string, most int) []string {
	if weight(s) <= most {
		return []string{s}
	}
	var out []string
	for _, half := range chat.CutText(s, max(utf8.RuneCountInString(s)/2+1, 1)) {
		out = append(out, pieces(half, most)...)
	}
	return out
}
