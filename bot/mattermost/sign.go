package mattermost

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"thbot/bot/chat"
)

// keyring holds what thbot signs with, derived from the register's secret: a
// signature for one purpose is none for another.
type keyring struct {
	id                     string // names the secret in what was signed with it
	button, dialog, marker []byte
}

func newKeyring(secret []byte) (keyring, error) {
	if len(secret) < 16 {
		return keyring{}, errors.New("the register's secret is too short to sign with")
	}
	derive := func(purpose string) []byte {
		key, err := hkdf.Key(sha256.New, secret, nil, "thbot mattermost "+purpose+" v1", 32)
		if err != nil {
			panic(err) // only for lengths that are not ours
		}
		return key
	}
	return keyring{
		id:     hex.EncodeToString(derive("key id")[:4]),
		button: derive("button"), dialog: derive("dialog"), marker: derive("marker"),
	}, nil
}

// Surfaces of a button.
const (
	onPost  = "post"  // of ours, which can be fetched and updated
	onReply = "reply" // ephemeral: neither, and it carries the caller's name
)

// anybody is the addressee of a button in a channel.
const anybody = "any"

// claim is what a button of ours stands for. It comes back in the context of a
// press, which clients never see, and has no expiry.
type claim struct {
	Action    string   `json:"a"`
	Record    string   `json:"r,omitempty"`
	Revision  int      `json:"v,omitempty"`
	Addressee string   `json:"u"`
	Surface   string   `json:"s"`
	Options   []string `json:"o,omitempty"` // of a menu: the server does not check the choice
	Hook      string   `json:"h,omitempty"` // of a reply: where its command can still be answered
	Key       string   `json:"k"`
}

// form is what an open form stands for. It comes back as the dialog's state,
// which the client holds: it is signed, not secret.
type form struct {
	Name     string       `json:"f"`
	Record   string       `json:"r,omitempty"`
	Revision int          `json:"v,omitempty"`
	Channel  string       `json:"c"`
	User     string       `json:"u"`
	Nonce    string       `json:"n"`
	Expires  int64        `json:"e"` // Unix seconds
	Fields   []chat.Shown `json:"d"`
	Key      string       `json:"k"`
}

// formLasts is how long a form can be sent.
const formLasts = time.Hour

// errForged says that something was not signed by us.
var errForged = errors.New("not signed by this register")

// mostSealed is the longest sealed text that is looked at.
const mostSealed = 16 << 10

// seal gives value as text that only the key's holder can have made.
func seal(key []byte, value any) (string, error) {
	b, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	enc := base64.RawURLEncoding
	return enc.EncodeToString(b) + "." + enc.EncodeToString(mac(key, b)), nil
}

// unseal reads what seal gave. Nothing of it is looked at before the signature
// is found right.
func unseal(key []byte, sealed string, value any) error {
	text, signature, found := strings.Cut(sealed, ".")
	if !found || len(sealed) > mostSealed {
		return errForged
	}
	enc := base64.RawURLEncoding.Strict()
	b, err := enc.DecodeString(text)
	if err != nil {
		return errForged
	}
	given, err := enc.DecodeString(signature)
	if err != nil || !hmac.Equal(given, mac(key, b)) {
		return errForged
	}
	return json.Unmarshal(b, value)
}

func mac(key, b []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(b)
	return h.Sum(nil)
}

func (k keyring) sealClaim(c claim) (string, error) {
	c.Key = k.id
	return seal(k.button, c)
}

func (k keyring) openClaim(sealed string) (c claim, err error) {
	if err = unseal(k.button, sealed, &c); err == nil && c.Key != k.id {
		err = errForged
	}
	return c, err
}

func (k keyring) sealForm(f form) (string, error) {
	f.Key = k.id
	return seal(k.dialog, f)
}

func (k keyring) openForm(sealed string) (f form, err error) {
	if err = unseal(k.dialog, sealed, &f); err == nil && f.Key != k.id {
		err = errForged
	}
	return f, err
}

// mark is what a post with the key in the place carries, so that it is found
// again in the history and nobody else can plant it.
func (k keyring) mark(channel, key string) string {
	return hex.EncodeToString(mac(k.marker, []byte(channel+"\n"+key)))
}

func nonce() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
