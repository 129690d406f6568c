package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thbot/bot"
	"thbot/bot/chat"
	"thbot/store"
	"thbot/store/bolt"
	"thbot/store/fault"
)

// directory is a chat as far as its accounts go.
type directory struct {
	chat.Server
	accounts map[string]string // user id by name
	gone     string            // a deactivated account
}

func (directory) Platform() string { return "mattermost" }

func account(id, name string) store.Account {
	return store.Account{AccountID: store.AccountID{Platform: "mattermost", Workspace: "T1", User: id}, Name: name}
}

func (d directory) Resolve(_ context.Context, _ store.AccountID, name string) (store.Account, error) {
	id, ok := d.accounts[strings.TrimPrefix(name, "mattermost:")]
	if !ok {
		return store.Account{}, fault.New(fault.NotFound, "There is no account %s.", name)
	}
	return account(id, name), nil
}

func (d directory) Active(_ context.Context, id store.AccountID) (bool, error) {
	return id.User != d.gone, nil
}

// TestCheckPeople lists where roster, configuration and chat differ.
func TestCheckPeople(t *testing.T) {
	db, err := bolt.Open(filepath.Join(t.TempDir(), "thbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	by := store.By{Actor: store.Program, Op: "contact", At: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)}
	err = s.Update(t.Context(), by, func(ch *store.Change) error {
		for _, p := range []*store.Person{
			{Role: store.Admin, Accounts: []store.Account{account("id1", "jane")}},
			{Role: store.ContactPoint, Agency: "cepol", Accounts: []store.Account{account("id2", "bob")}},
			{Role: store.ContactPoint, Agency: "fra", Accounts: []store.Account{account("id3", "carl")}},
			{Role: store.ContactPoint, Agency: "eige", Accounts: []store.Account{account("id4", "dora")}},
		} {
			if err := ch.AddPerson(p); err != nil {
				return err
			}
		}
		return ch.KeepName("mattermost:jane", account("id1", "").AccountID)
	})
	if err != nil {
		t.Fatal(err)
	}
	c := directory{accounts: map[string]string{"jane": "id9", "bob": "id2", "carl": "id3", "dora": "id8", "erin": "id5"}, gone: "id3"}
	people := []bot.Entry{
		{Where: "roles.admins, name 1", Platform: "mattermost", Name: "mattermost:jane", Role: store.Admin},
		{Where: "contacts, entry 1", Platform: "mattermost", Name: "mattermost:bob", Role: store.ContactPoint, Agency: "europol"},
		{Where: "contacts, entry 2", Platform: "mattermost", Name: "mattermost:carl", Role: store.ContactPoint, Agency: "fra"},
		{Where: "contacts, entry 3", Platform: "mattermost", Name: "mattermost:erin", Role: store.ContactPoint, Agency: "frontex"},
		{Where: "contacts, entry 4", Platform: "mattermost", Name: "mattermost:nobody", Role: store.ContactPoint, Agency: "easo"},
		{Where: "contacts, entry 5", Platform: "slack", Name: "slack:U1", Role: store.ContactPoint, Agency: "easo"},
	}
	var got strings.Builder
	say := func(ok bool, format string, args ...any) {
		fmt.Fprintf(&got, "%t "+format+"\n", append([]any{ok}, args...)...)
	}
	if err := checkPeople(t.Context(), s, c, people, say); err != nil {
		t.Fatal(err)
	}
	const want = `false roster: mattermost:jane (roles.admins, name 1) meant the account id1 when it was first looked up and now means id9: thbot does not start like that
true roster: mattermost:bob (contacts, entry 1) is on it as P2, in another role than in the configuration
true roster: mattermost:erin (contacts, entry 3) is not on it; the configuration fills an empty roster only, but for administrators
false roster: mattermost:nobody (contacts, entry 4) cannot be looked up: There is no account mattermost:nobody.
false roster: the name of P1 on mattermost belongs to the account id9 by now; the roster still means id1
false roster: the account of P3 on mattermost is deactivated or gone; /thb contact remove P3 takes the person off
false roster: the name of P4 on mattermost belongs to the account id8 by now; the roster still means id4
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
}

// TestCheckAddresses says which ways to the listener are not safe.
func TestCheckAddresses(t *testing.T) {
	for _, c := range []struct{ public, listen, cert, admin, want string }{
		{"https://thbot.example.eu", "127.0.0.1:8080", "", "127.0.0.1:9090", "true public_url: https://thbot.example.eu leads"},
		{"https://thbot.example.eu", "0.0.0.0:8443", "cert.pem", "127.0.0.1:9090", "true public_url"},
		{"https://thbot.example.eu", ":8080", "", "127.0.0.1:9090", "true listen: :8080 takes requests from other machines without TLS"},
		{"http://thbot.example.eu", "127.0.0.1:8080", "", "127.0.0.1:9090", "false public_url: http://thbot.example.eu is not encrypted"},
		{"http://127.0.0.1:8080", "127.0.0.1:8080", "", "127.0.0.1:9090", "true public_url"},
		{"http://127.0.0.1:8080", "127.0.0.1:8080", "cert.pem", "127.0.0.1:9090", "false public_url: http://127.0.0.1:8080 is plain HTTP"},
		{"thbot.example.eu", "127.0.0.1:8080", "", "127.0.0.1:9090", `false public_url: "thbot.example.eu" is no web address`},
		{"https://thbot.example.eu", "127.0.0.1:8080", "", ":9090", "true admin_listen: :9090 can be read from other machines"},
		{"", "127.0.0.1:8080", "", "", ""},
	} {
		var said []string
		say := func(ok bool, format string, args ...any) {
			said = append(said, fmt.Sprintf("%t "+format, append([]any{ok}, args...)...))
		}
		checkAddresses(&config{PublicURL: c.public, Listen: c.listen, TLSCert: c.cert, AdminListen: c.admin}, say)
		if got := strings.Join(said, "\n"); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
