package mattermost

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"pgregory.net/rapid"

	"thbot/bot/chat"
)

func ring(t testing.TB, secret string) keyring {
	t.Helper()
	k, err := newKeyring([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestClaimsComeBackWhole(t *testing.T) {
	k := ring(t, "0123456789abcdef")
	want := claim{Action: "overlap.later", Record: "O5", Revision: 3, Addressee: id("cepol"), Surface: onReply, Options: []string{"7d"}, Hook: id("h")}
	sealed, err := k.sealClaim(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := k.openClaim(sealed)
	want.Key = k.id
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatWasNotSignedIsRefused(t *testing.T) {
	k := ring(t, "0123456789abcdef")
	sealed, _ := k.sealClaim(claim{Action: "show", Record: "A1", Addressee: anybody, Surface: onPost})
	other := ring(t, "another secret of another register")
	if _, err := other.openClaim(sealed); err == nil {
		t.Error("another register's button is taken")
	}
	if _, err := k.openForm(sealed); err == nil {
		t.Error("a button is taken for a form")
	}
	text, _, _ := strings.Cut(sealed, ".")
	for _, forged := range []string{"", ".", text, text + ".", "." + text, text + "." + text, sealed + "=", sealed + ".", strings.Repeat("A", mostSealed) + sealed} {
		if _, err := k.openClaim(forged); err == nil {
			t.Errorf("%.60q is taken", forged)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(sealed)-1).Draw(t, "at")
		c := rapid.SampledFrom([]byte("ABCabc012-_.")).Draw(t, "char")
		forged := sealed[:at] + string(c) + sealed[at+1:]
		if _, err := k.openClaim(forged); err == nil && forged != sealed {
			t.Fatalf("changed at %d it is taken", at)
		}
	})
}

// Every word of what the signature covers counts.
func TestTheSignatureCoversEachField(t *testing.T) {
	k := ring(t, "0123456789abcdef")
	base := claim{Action: "a", Record: "A1", Revision: 1, Addressee: "u", Surface: onPost}
	sealed, _ := k.sealClaim(base)
	_, signature, _ := strings.Cut(sealed, ".")
	for name, change := range map[string]func(*claim){
		"action": func(c *claim) { c.Action = "b" }, "record": func(c *claim) { c.Record = "A2" }, "revision": func(c *claim) { c.Revision = 2 },
		"addressee": func(c *claim) { c.Addressee = anybody }, "surface": func(c *claim) { c.Surface = onReply },
	} {
		c := base
		change(&c)
		changed, _ := k.sealClaim(c)
		text, own, _ := strings.Cut(changed, ".")
		if own == signature {
			t.Errorf("the %s is not covered", name)
		}
		if _, err := k.openClaim(text + "." + signature); err == nil {
			t.Errorf("another %s is taken", name)
		}
	}
}

func TestShortSecretsAreRefused(t *testing.T) {
	if _, err := newKeyring(nil); err == nil {
		t.Error("no secret is taken")
	}
}

func TestMarksDifferByChannelKeyAndRegister(t *testing.T) {
	k := ring(t, "0123456789abcdef")
	mark := k.mark("C1", "digest:-:x/1")
	if mark == k.mark("C2", "digest:-:x/1") || mark == k.mark("C1", "digest:-:x/2") || mark == ring(t, "another secret of 32 bytes").mark("C1", "digest:-:x/1") {
		t.Error("two marks are one")
	}
}

func serverKey(t testing.TB) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestTriggersOfTheServer(t *testing.T) {
	key := serverKey(t)
	_, s, appErr := model.GenerateTriggerId(id("cepol"), key)
	if appErr != nil {
		t.Fatal(appErr)
	}
	trig, err := parseTrigger(s)
	if err != nil || trig.user != id("cepol") || !trig.by(&key.PublicKey) || !trig.fresh(time.Now()) {
		t.Errorf("%+v, %v", trig, err)
	}
	if trig.by(&serverKey(t).PublicKey) {
		t.Error("another server's trigger is taken")
	}
	if trig.fresh(time.Now().Add(6*time.Minute)) || trig.fresh(time.Now().Add(-6*time.Minute)) {
		t.Error("a trigger of another time is fresh")
	}
	b, _ := base64.StdEncoding.DecodeString(s)
	for _, change := range [][2]string{{id("cepol"), id("atc")}, {":1", ":2"}, {":", "x:"}} {
		forged := base64.StdEncoding.EncodeToString([]byte(strings.Replace(string(b), change[0], change[1], 1)))
		if trig, err := parseTrigger(forged); err == nil && trig.by(&key.PublicKey) {
			t.Errorf("with %q for %q it is taken", change[1], change[0])
		}
	}
}

func TestOnlyAnECDSAKeyIsAKey(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, _ := x509.MarshalPKIXPublicKey(&other.PublicKey)
	for _, s := range []string{"", "x", "AAAA", base64.StdEncoding.EncodeToString(der)} {
		if _, err := readKey(s); err == nil {
			t.Errorf("%.20q is a key", s)
		}
	}
}

func FuzzParseTrigger(f *testing.F) {
	key := serverKey(f)
	_, s, _ := model.GenerateTriggerId(id("cepol"), key)
	f.Add(s)
	f.Add(base64.StdEncoding.EncodeToString([]byte("a:b:1:AAAA")))
	f.Add(":::")
	f.Fuzz(func(t *testing.T, given string) {
		trig, err := parseTrigger(given)
		if err == nil && trig.by(&key.PublicKey) && given != s {
			// Base64 decoders skip line breaks; the words must be the server's.
			if strings.NewReplacer("\n", "", "\r", "").Replace(given) != s {
				t.Errorf("%q is taken", given)
			}
		}
	})
}

func FuzzUnseal(f *testing.F) {
	k := ring(f, "0123456789abcdef")
	sealed, _ := k.sealClaim(claim{Action: "show", Addressee: anybody, Surface: onPost})
	f.Add(sealed)
	f.Add("e30.AAAA")
	f.Fuzz(func(t *testing.T, given string) {
		if _, err := k.openClaim(given); err == nil && given != sealed {
			t.Errorf("%q is taken", given)
		}
	})
}

func FuzzDecoders(f *testing.F) {
	f.Add("token=t&user_id=" + id("u") + "&channel_id=" + id("c") + "&text=a&response_url=http://x/hooks/commands/" + id("h"))
	f.Add(`{"user_id":"` + id("u") + `","channel_id":"` + id("c") + `","context":{"thbot":"x","selected_option":"y"}}`)
	f.Add(`{"type":"dialog_submission","state":"x","user_id":"` + id("u") + `","submission":{"a":[1,{"b":null}],"c":true}}`)
	fields := []chat.Shown{{Name: "a", Kind: chat.KindMulti}, {Name: "c", Kind: chat.KindText}, {Name: "b", Kind: chat.KindList, Need: true}}
	f.Fuzz(func(t *testing.T, given string) {
		if c, err := decodeCommand([]byte(given)); err == nil {
			if strings.ContainsRune(c.text, 0) || c.hook != "" && !userID.MatchString(c.hook) || !userID.MatchString(c.user) {
				t.Errorf("%q gives %+v", given, c)
			}
		}
		if p, err := decodeAction([]byte(given)); err == nil && (p.sealed == "" || !userID.MatchString(p.user)) {
			t.Errorf("%q gives %+v", given, p)
		}
		if s, err := decodeDialog([]byte(given)); err == nil {
			changed, wrong := entries(fields, s.values)
			for name, value := range changed {
				if wrong[name] != "" || strings.ContainsRune(value, 0) {
					t.Errorf("%q: %s is changed to %q and wrong: %q", given, name, value, wrong[name])
				}
			}
			typedText(fields, s.values)
		}
	})
}
