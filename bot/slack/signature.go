package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// signatureLasts is how far a signature's time and ours may lie apart.
const signatureLasts = 5 * time.Minute

// Headers of a signed delivery.
const (
	headerSignature = "X-Slack-Signature"
	headerTimestamp = "X-Slack-Request-Timestamp"
)

// errSignature says that a delivery is not Slack's, or not of now. Which of
// the two is nobody's business but the log's.
var errSignature = errors.New("not signed by Slack, or not now")

// signature checks a delivery's version 0 signature over the raw body, and
// gives it.
func signature(secret string, h http.Header, body []byte, now time.Time) (string, error) {
	if secret == "" {
		return "", errSignature
	}
	given, stamp := h[headerSignature], h[headerTimestamp]
	if len(given) != 1 || len(stamp) != 1 {
		return "", errSignature // none, or two of which one could be checked and the other used
	}
	seconds, err := strconv.ParseInt(stamp[0], 10, 64)
	if err != nil || strconv.FormatInt(seconds, 10) != stamp[0] {
		return "", errSignature
	}
	if at := time.Unix(seconds, 0); now.Sub(at) > signatureLasts || at.Sub(now) > signatureLasts {
		return "", errSignature
	}
	digits, ok := strings.CutPrefix(given[0], "v0=")
	sum, err := hex.DecodeString(digits)
	if !ok || err != nil || len(sum) != sha256.Size {
		return "", errSignature
	}
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte("v0:" + stamp[0] + ":"))
	m.Write(body)
	if !hmac.Equal(sum, m.Sum(nil)) {
		return "", errSignature
	}
	return strings.ToLower(given[0]), nil
}
