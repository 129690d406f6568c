package standin

import (
	"regexp"
	"strings"
)

var (
	amps = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	// typedPiece finds what Slack turns into markup when should_escape is on.
	typedPiece = regexp.MustCompile(`@[a-z0-9._-]+|#[a-z0-9_-]+|https?://[^\s<>|]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:[a-z0-9-]+\.)+(?:com|eu|org|net|int)\b(?:/[^\s<>|]*)?`)
)

// encode is what Slack makes of typed text when should_escape is on: names of
// people and channels become ids, addresses become links, and &, < and > are
// escaped. The lock is held.
func (s *Server) encode(text string) string {
	var b strings.Builder
	last := 0
	for _, at := range typedPiece.FindAllStringIndex(text, -1) {
		piece := text[at[0]:at[1]]
		b.WriteString(amps.Replace(text[last:at[0]]))
		b.WriteString(s.encodePiece(piece))
		last = at[1]
	}
	b.WriteString(amps.Replace(text[last:]))
	return b.String()
}

func (s *Server) encodePiece(piece string) string {
	safe := amps.Replace(piece)
	switch {
	case strings.HasPrefix(piece, "@"):
		if piece == "@channel" || piece == "@here" || piece == "@everyone" {
			return "<!" + piece[1:] + ">"
		}
		for _, u := range s.users {
			if u.Name == piece[1:] && !u.Deleted {
				return "<@" + u.ID + "|" + u.Name + ">"
			}
		}
	case strings.HasPrefix(piece, "#"):
		for _, c := range s.channels {
			if c.Name != "" && c.Name == piece[1:] {
				return "<#" + c.ID + "|" + c.Name + ">"
			}
		}
	case strings.HasPrefix(piece, "http"):
		return "<" + safe + ">"
	case strings.Contains(piece, "@"):
		return "<mailto:" + safe + "|" + safe + ">"
	default:
		return "<http://" + safe + "|" + safe + ">"
	}
	return safe
}
