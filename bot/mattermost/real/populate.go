package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// World is what the server holds at the start, and who can act in it.
type World struct {
	URL       string             `json:"url"`
	Log       string             `json:"log"` // the server's log file
	Team      string             `json:"team"`
	TeamID    string             `json:"team_id"`
	Channel   string             `json:"channel"` // private, with the contact points and the office alone
	ChannelID string             `json:"channel_id"`
	Room      string             `json:"room"` // private, with all but the outsider in it
	RoomID    string             `json:"room_id"`
	Bot       Account            `json:"bot"`   // team admin, so that it may make the command
	Admin     Account            `json:"admin"` // of the system
	Users     map[string]Account `json:"users"` // by name
}

// Account is an account and a token that acts as it.
type Account struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Token string `json:"token"`
}

// The people: a contact point for each agency, a second one of Europol's, a
// second account of CEPOL's, the Coordinator's office, one who is outside and
// two who may come to the roster, one who is on the server and not in the team,
// a witness, who is in the channel and is never
// to be notified, two guests of the server,
// and ten who help.
var people = []string{
	"easo", "europol", "eu-lisa", "emcdda", "eurojust", "eige", "frontex", "eurofound", "fra", "cepol",
	"europol-2", "cepol-2", office, outsider, "jane", "omar", far, "witness",
	"visitor", "stranger",
	"helper-1", "helper-2", "helper-3", "helper-4", "helper-5", "helper-6", "helper-7", "helper-8", "helper-9", "helper-10",
}

const (
	contactPoints = 10      // the first of the people
	office        = "atc"   // the Coordinator's
	outsider      = "guest" // in the team, and in no channel of ours
	far           = "far"   // not in the team
)

// guests become guest accounts of the server. It wants a licence to make them,
// and none to have them.
var guests = []string{"visitor", "stranger"}

const password = "Test-password-1"

// populate creates team, channel, people and bot. The first user becomes
// system admin.
func populate(ctx context.Context, url string) (*World, error) {
	w := &World{URL: url, Team: "thb", Channel: "thb-contact-points", Room: "thb-room", Users: map[string]Account{}}
	c := &api{ctx: ctx, url: url}
	w.Admin = c.user("sysadmin")
	c.token = w.Admin.Token
	w.TeamID = c.post("/teams", map[string]any{"name": w.Team, "display_name": "THB", "type": "I"}).str("id")
	w.ChannelID = c.channel(w, w.Channel)
	w.RoomID = c.channel(w, w.Room)
	for i, name := range people {
		c.token = ""
		account := c.user(name)
		c.token = w.Admin.Token
		if name != far {
			c.join(w, account.ID, name != outsider, i < contactPoints || name == office)
		}
		w.Users[name] = account
	}
	w.Bot.Name = "thbot"
	w.Bot.ID = c.post("/bots", map[string]any{"username": w.Bot.Name, "display_name": "thbot"}).str("user_id")
	w.Bot.Token = c.post("/users/"+w.Bot.ID+"/tokens", map[string]any{"description": "tests"}).str("token")
	c.join(w, w.Bot.ID, true, true)
	c.call("PUT", "/teams/"+w.TeamID+"/members/"+w.Bot.ID+"/schemeRoles", map[string]any{"scheme_user": true, "scheme_admin": true})
	c.call("DELETE", "/channels/"+w.ChannelID+"/members/"+w.Admin.ID, nil)
	return w, c.err
}

// api calls the server until something fails.
type api struct {
	ctx        context.Context
	url, token string
	err        error
}

type answer struct {
	header http.Header
	fields map[string]any
}

func (a answer) str(name string) string {
	s, _ := a.fields[name].(string)
	return s
}

func (c *api) post(path string, body any) answer { return c.call("POST", path, body) }

func (c *api) call(method, path string, body any) answer {
	if c.err != nil {
		return answer{}
	}
	b, err := json.Marshal(body)
	if err != nil {
		c.err = err
		return answer{}
	}
	req, err := http.NewRequestWithContext(c.ctx, method, c.url+"/api/v4"+path, bytes.NewReader(b))
	if err != nil {
		c.err = err
		return answer{}
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.err = err
		return answer{}
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		c.err = fmt.Errorf("%s %s: %s %s %v", method, path, resp.Status, got, err)
		return answer{}
	}
	a := answer{header: resp.Header}
	c.err = json.Unmarshal(got, &a.fields)
	return a
}

// user creates an account and signs it in.
func (c *api) user(name string) Account {
	c.post("/users", map[string]any{"username": name, "email": name + "@example.eu", "password": password})
	login := c.post("/users/login", map[string]any{"login_id": name, "password": password})
	return Account{ID: login.str("id"), Name: name, Token: login.header.Get("Token")}
}

// channel makes a private channel.
func (c *api) channel(w *World, name string) string {
	return c.post("/channels", map[string]any{"team_id": w.TeamID, "name": name, "display_name": name, "type": "P"}).str("id")
}

// join puts an account into the team, and into the channels where it belongs.
func (c *api) join(w *World, user string, room, channel bool) {
	c.post("/teams/"+w.TeamID+"/members", map[string]any{"team_id": w.TeamID, "user_id": user})
	if room {
		c.post("/channels/"+w.RoomID+"/members", map[string]any{"user_id": user})
	}
	if channel {
		c.post("/channels/"+w.ChannelID+"/members", map[string]any{"user_id": user})
	}
}

// becomeGuests turns accounts into guest accounts, as the server itself does
// when it demotes a user.
const becomeGuests = `
UPDATE users SET roles = 'system_guest' WHERE username IN (%[1]s);
UPDATE sessions SET roles = 'system_guest' WHERE userid IN (SELECT id FROM users WHERE username IN (%[1]s));
UPDATE teammembers SET schemeguest = true, schemeuser = false WHERE userid IN (SELECT id FROM users WHERE username IN (%[1]s));
UPDATE channelmembers SET schemeguest = true, schemeuser = false WHERE userid IN (SELECT id FROM users WHERE username IN (%[1]s));
`

// demote makes the guests guests. The server has to be restarted to see it.
func demote(ctx context.Context, db *postgres) error {
	names := "'" + strings.Join(guests, "', '") + "'"
	return db.run(ctx, "psql", "-h", "127.0.0.1", "-p", strconv.Itoa(db.port), "-U", "mattermost", "-q", "-v", "ON_ERROR_STOP=1",
		"-c", fmt.Sprintf(becomeGuests, names), "mattermost")
}
