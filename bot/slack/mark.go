package slack

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	slackgo "github.com/slack-go/slack"
)

// marker makes the marks of posts, so that a post is found again in the
// history and nobody else can plant one.
type marker struct{ key []byte }

func newMarker(secret []byte) (marker, error) {
	if len(secret) < 16 {
		return marker{}, errors.New("the register's secret is too short to sign with")
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "thbot slack marker v1", 32)
	return marker{key}, err
}

// mark is what a post with the key in the channel carries.
func (m marker) mark(channel, key string) string {
	h := hmac.New(sha256.New, m.key)
	h.Write([]byte(channel + "\n" + key))
	return hex.EncodeToString(h.Sum(nil))
}

// A mark is kept in the message's metadata, which people do not see.
const (
	markType = "thbot_post"
	markName = "mark"
)

func marked(mark string) slackgo.SlackMetadata {
	return slackgo.SlackMetadata{EventType: markType, EventPayload: map[string]any{markName: mark}}
}

func markOf(m slackgo.SlackMetadata) string {
	if m.EventType != markType {
		return ""
	}
	mark, _ := m.EventPayload[markName].(string)
	return mark
}

func nonce() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
