package mattermost

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"thbot/bot/chat"
)

// apart is a zero-width space. The server takes "@" and what follows it for a
// mention, and has no switch against that (disable_mentions does nothing), so
// the two are set apart.
const apart = "\u200b"

// address matches a web address as the clients see one, up to the next space.
var address = regexp.MustCompile(`(?i)(?:[a-z][a-z0-9+.-]*://|www\.)\S*`)

// unlink breaks what clients make a link of.
var unlink = strings.NewReplacer("://", ":"+apart+"//", "www.", "www"+apart+".", "WWW.", "WWW"+apart+".")

// Names of emoji and entities, which the clients replace by a sign.
var (
	emoji  = regexp.MustCompile(`:([A-Za-z0-9_+-]*[A-Za-z][A-Za-z0-9_+-]*|100|1234|\+1|-1):`)
	entity = regexp.MustCompile(`&(#?[A-Za-z0-9]+;)`)
	// numbered, bulleted, quoted, titled or underlined at the start of a line
	opener  = regexp.MustCompile(`^(\d{1,9})([.)])|^([-+=>#])`)
	indent  = regexp.MustCompile(`^[ \t]+`)
	strange = regexp.MustCompile(`[@<:&~]` + apart)
)

// inlineMarkup escapes what has a meaning anywhere in a line. The signs are
// those that every version of the clients lets a backslash escape.
var inlineMarkup = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `|`, `\|`, `~`, `\~`+apart, `$`, `\$`,
)

// escape makes one line of text show as it is: no Markdown, no mention and no
// Slack syntax in it works. start tells that it opens a line.
func escape(s string, start bool) string {
	s = strings.ReplaceAll(chat.Clean(s), "\n", " ")
	var b strings.Builder
	if start {
		// Four spaces would be a block of code.
		if lead := indent.FindString(s); lead != "" {
			b.WriteString(strings.Repeat("\u00a0", len(lead)))
			s = s[len(lead):]
		}
		if m := opener.FindStringSubmatch(s); m != nil {
			b.WriteString(m[1] + `\` + m[2] + m[3])
			s = s[len(m[0]):]
		}
	}
	last := 0
	for _, at := range address.FindAllStringIndex(s, -1) {
		b.WriteString(escapeWords(s[last:at[0]]))
		b.WriteString(link(s[at[0]:at[1]]))
		last = at[1]
	}
	b.WriteString(escapeWords(s[last:]))
	return b.String()
}

// link leaves an address as it is, underscores included: a backslash would
// become part of the link. With something in it that has to be escaped or
// broken it is text and no link.
func link(address string) string {
	if !strings.ContainsAny(address, "\\`*[]|~$<@") && !entity.MatchString(address) && !emoji.MatchString(address) {
		return address
	}
	return unlink.Replace(escapeWords(address))
}

func escapeWords(s string) string {
	return inlineMarkup.Replace(breakMentions(s))
}

// breakMentions sets apart what clients or the server would turn into
// something else: mentions, Slack's forms, entities and emoji.
func breakMentions(s string) string {
	s = breakSlack(s)
	s = entity.ReplaceAllString(s, "&"+apart+"$1")
	for range 2 { // two that share a colon, as in :a:b:
		s = emoji.ReplaceAllString(s, ":"+apart+"$1:")
	}
	return strings.ReplaceAll(s, "@", "@"+apart)
}

// asTyped takes back the zero-width spaces of breakMentions from text that
// somebody copied out of a message of ours and sent again, and what the server
// could not store.
func asTyped(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	if !strings.Contains(s, apart) {
		return s
	}
	return strange.ReplaceAllStringFunc(s, func(m string) string { return strings.TrimSuffix(m, apart) })
}

// code sets text as code, between more backticks than it holds. Words of
// people are broken in it too: a fence is not what keeps them from notifying.
func code(s string, people bool) string {
	s = strings.ReplaceAll(chat.Clean(s), "\n", " ")
	if people {
		s = strings.ReplaceAll(s, "@", "@"+apart)
		s = breakSlack(s)
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 || strings.TrimSpace(s) == "" {
		s = " " + s + " "
	}
	return fence + s + fence
}

// breakSlack parts every < from what follows, so that no chat reads Slack's
// syntax in it. White space and digits begin nothing.
func breakSlack(s string) string {
	var b strings.Builder
	rest := s
	for {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			b.WriteString(rest)
			return b.String()
		}
		b.WriteString(rest[:i+1])
		rest = rest[i+1:]
		if next, size := utf8.DecodeRuneInString(rest); size > 0 && !strings.ContainsRune(" \t\n\f\r0123456789", next) {
			b.WriteString(apart)
		}
	}
}
