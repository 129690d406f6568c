package standin

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Team is a workspace.
type Team struct {
	ID, Domain string
}

// User is an account. The zero value of the flags is a full member.
type User struct {
	ID, Team string
	Name     string // the user name, such as cepol
	Real     string // the real name; empty: made from Name
	Display  string
	Email    string // empty: Name@example.eu
	Zone     string // empty: Europe/Brussels
	Bot      bool
	Deleted  bool
	Guest    bool // a multi-channel guest
	Single   bool // a single-channel guest
}

// Channel is a channel or a direct message.
type Channel struct {
	ID, Name string
	Private  bool
	Archived bool
	Shared   bool   // by Slack Connect
	With     string // of a direct message: the person
	Members  []string
	messages []*Message
}

// id makes an id with a letter in front, as Slack's are.
func (s *Server) id(letter string) string {
	s.next++
	return fmt.Sprintf("%s%08d", letter, s.next)
}

// AddTeam adds a workspace. The first one is where the app is installed;
// people of others are strangers by Slack Connect.
func (s *Server) AddTeam(domain string) *Team {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &Team{ID: s.id("T"), Domain: domain}
	s.teams[t.ID] = t
	return t
}

// Team gives the workspace where the app is installed.
func (s *Server) Team() Team { return *s.team }

// Bot gives the app's own user.
func (s *Server) Bot() User { return *s.bot }

// AddUser adds an account and gives it its id. Without a Team it belongs to
// the app's workspace.
func (s *Server) AddUser(u User) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.Team == "" {
		u.Team = s.team.ID
	}
	if u.Real == "" {
		u.Real = strings.ToUpper(u.Name[:1]) + u.Name[1:]
	}
	if u.Email == "" {
		u.Email = u.Name + "@example.eu"
	}
	if u.Zone == "" {
		u.Zone = "Europe/Brussels"
	}
	u.ID = s.id("U")
	s.users[u.ID] = &u
	s.wake()
	return &u
}

// ChangeUser changes an account, such as to deactivate it.
func (s *Server) ChangeUser(id string, change func(*User)) { s.change(func() { change(s.users[id]) }) }

// AddChannel adds a channel with the members, by user id.
func (s *Server) AddChannel(c Channel, members ...string) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.ID = s.id("C")
	c.Members = slices.Clone(members)
	s.channels[c.ID] = &c
	s.wake()
	return &c
}

// Join puts people into a channel.
func (s *Server) Join(channel string, users ...string) {
	s.change(func() { c := s.channels[channel]; c.Members = append(c.Members, users...) })
}

// Leave takes people out of a channel.
func (s *Server) Leave(channel string, users ...string) {
	s.change(func() {
		c := s.channels[channel]
		c.Members = slices.DeleteFunc(c.Members, func(m string) bool { return slices.Contains(users, m) })
	})
}

// direct gives the direct messages between the bot and a person.
func (s *Server) direct(user string) *Channel {
	for _, c := range s.channels {
		if c.With == user {
			return c
		}
	}
	c := &Channel{ID: s.id("D"), With: user, Private: true, Members: []string{user, s.bot.ID}}
	s.channels[c.ID] = c
	return c
}

// Direct gives the id of the direct messages between the bot and a person.
func (s *Server) Direct(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.direct(user).ID
}

func (c *Channel) has(user string) bool { return slices.Contains(c.Members, user) }

// stranger tells whether a user comes by Slack Connect.
func (s *Server) stranger(u *User) bool { return u.Team != s.team.ID }

// people gives the users of a kind in the order of their ids.
func (s *Server) people(keep func(*User) bool) []*User {
	var all []*User
	for _, id := range slices.Sorted(maps.Keys(s.users)) {
		if u := s.users[id]; keep(u) {
			all = append(all, u)
		}
	}
	return all
}

// userObject is a user as users.info shows it.
func (s *Server) userObject(u *User, email bool) object {
	profile := object{
		"real_name": u.Real, "real_name_normalized": u.Real, "display_name": u.Display,
		"display_name_normalized": u.Display, "team": u.Team,
	}
	if email && !u.Bot {
		profile["email"] = u.Email
	}
	o := object{
		"id": u.ID, "team_id": u.Team, "name": u.Name, "deleted": u.Deleted, "real_name": u.Real, "profile": profile,
		"is_bot": u.Bot, "is_app_user": false, "is_restricted": u.Guest || u.Single, "is_ultra_restricted": u.Single, "updated": 1,
	}
	if u.Deleted {
		return o // Slack leaves the rest out
	}
	o["tz"], o["tz_label"], o["tz_offset"] = u.Zone, u.Zone, 0
	o["is_admin"], o["is_owner"], o["is_primary_owner"] = false, false, false
	if s.stranger(u) {
		o["is_stranger"] = true
	}
	return o
}

// channelObject is a channel as conversations.info shows it.
func (s *Server) channelObject(c *Channel) object {
	if c.With != "" {
		return object{"id": c.ID, "created": 1, "is_im": true, "is_org_shared": false, "user": c.With, "is_open": true}
	}
	return object{
		"id": c.ID, "name": c.Name, "name_normalized": c.Name, "created": 1, "creator": s.bot.ID, "context_team_id": s.team.ID,
		"is_channel": !c.Private, "is_group": c.Private, "is_im": false, "is_mpim": false, "is_private": c.Private,
		"is_archived": c.Archived, "is_general": false, "is_member": c.has(s.bot.ID), "is_shared": c.Shared,
		"is_ext_shared": c.Shared, "is_org_shared": false, "num_members": len(c.Members),
		"topic": object{"value": ""}, "purpose": object{"value": ""},
	}
}
