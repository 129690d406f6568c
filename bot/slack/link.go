package slack

import (
	"net/url"
	"regexp"
	"strings"

	slackgo "github.com/slack-go/slack"
)

// address matches a web address up to the next space; what ends a sentence
// does not belong to it.
var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// addressMost is the longest address that becomes a link.
const addressMost = 500

// linked gives text with its web addresses as links, which show themselves.
func linked(text string, style *slackgo.RichTextSectionTextStyle) []slackgo.RichTextSectionElement {
	var out []slackgo.RichTextSectionElement
	add := func(s string) {
		if s != "" {
			out = append(out, slackgo.NewRichTextSectionTextElement(s, style))
		}
	}
	last := 0
	for _, at := range address.FindAllStringIndex(text, -1) {
		found := strings.TrimRight(text[at[0]:at[1]], ".,;:!?)]}'’”»")
		u, err := url.Parse(found)
		if err != nil || u.Host == "" || len(found) > addressMost || style != nil && style.Code {
			continue
		}
		add(text[last:at[0]])
		out = append(out, slackgo.NewRichTextSectionLinkElement(found, found, style))
		last = at[0] + len(found)
	}
	add(text[last:])
	return out
}
