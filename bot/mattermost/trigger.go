package mattermost

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// trigger is a trigger_id: the server's signed word on who ran a command or
// pressed a button, and when.
type trigger struct {
	id, user  string
	at        time.Time
	signed    string
	signature []byte
}

// errTrigger says that a trigger_id is none.
var errTrigger = errors.New("not a trigger id")

// triggerLasts is how far a trigger's time and ours may lie apart: the clocks
// of two machines, and a server that was slow.
const triggerLasts = 5 * time.Minute

// parseTrigger reads base64 of "id:user:milliseconds:signature", where the
// signature is base64 of an ASN.1 ECDSA one over the text up to it.
func parseTrigger(s string) (trigger, error) {
	if len(s) > 1024 {
		return trigger{}, errTrigger
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return trigger{}, errTrigger
	}
	parts := strings.Split(string(b), ":")
	if len(parts) != 4 || parts[0] == "" || parts[1] == "" {
		return trigger{}, errTrigger
	}
	ms, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return trigger{}, errTrigger
	}
	t := trigger{id: parts[0], user: parts[1], at: time.UnixMilli(ms), signed: strings.Join(parts[:3], ":") + ":"}
	if t.signature, err = base64.StdEncoding.DecodeString(parts[3]); err != nil {
		return trigger{}, errTrigger
	}
	return t, nil
}

// by tells whether the server with the key signed the trigger.
func (t trigger) by(key *ecdsa.PublicKey) bool {
	sum := sha256.Sum256([]byte(t.signed))
	return ecdsa.VerifyASN1(key, sum[:], t.signature)
}

// fresh tells whether the trigger is of now.
func (t trigger) fresh(now time.Time) bool {
	return now.Sub(t.at).Abs() <= triggerLasts
}

// readKey reads the key that the server publishes as
// AsymmetricSigningPublicKey.
func readKey(published string) (*ecdsa.PublicKey, error) {
	der, err := base64.StdEncoding.DecodeString(published)
	if err != nil || published == "" {
		return nil, errors.New("the server publishes no signing key")
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("read the server's signing key: %w", err)
	}
	ec, ok := key.(*ecdsa.PublicKey)
	if !ok {
		return nil, errors.New("the server's signing key is of a kind that thbot does not know")
	}
	return ec, nil
}
