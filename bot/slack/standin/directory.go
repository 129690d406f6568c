package standin

import (
	"maps"
	"slices"
	"strings"
)

func (s *Server) authTest(*asked) (object, *refusal) {
	return object{
		"url": "https://" + s.team.Domain + ".slack.com/", "team": s.team.Domain, "user": s.bot.Name,
		"team_id": s.team.ID, "user_id": s.bot.ID, "bot_id": botID, "is_enterprise_install": false,
	}, nil
}

const botID = "B00000001"

func (s *Server) teamInfo(*asked) (object, *refusal) {
	return object{"team": object{"id": s.team.ID, "name": s.team.Domain, "domain": s.team.Domain, "email_domain": ""}}, nil
}

// found gives a channel that the bot can see. A private one in which it is
// not does not exist for it.
func (s *Server) found(id string) (*Channel, *refusal) {
	c := s.channels[id]
	if c == nil || c.Private && !c.has(s.bot.ID) {
		return nil, no("channel_not_found")
	}
	return c, nil
}

// kind gives the word of a channel's kind in the names of scopes.
func (c *Channel) kind() string {
	switch {
	case c.With != "":
		return "im"
	case c.Private:
		return "groups"
	}
	return "channels"
}

// seen gives a channel if the scope of its kind is granted too.
func (s *Server) seen(id, right string) (*Channel, *refusal) {
	c, refused := s.found(id)
	if refused == nil && !s.may(c.kind()+":"+right) {
		refused = s.lacks(c.kind() + ":" + right)
	}
	return c, refused
}

func (s *Server) openConversation(a *asked) (object, *refusal) {
	switch users := a.get("users"); {
	case a.get("channel") != "":
		c, refused := s.found(a.get("channel"))
		if refused != nil {
			return nil, refused
		}
		return object{"channel": object{"id": c.ID}}, nil
	case users == "":
		return nil, no("users_list_not_supplied")
	case strings.Contains(users, ","):
		return nil, s.lacks("mpim:write")
	default:
		u := s.users[users]
		switch {
		case u == nil:
			return nil, no("user_not_found")
		case u.Deleted:
			return nil, no("user_disabled")
		case u.Bot:
			return nil, no("cannot_dm_bot")
		}
		return object{"no_op": false, "already_open": false, "channel": s.channelObject(s.direct(u.ID))}, nil
	}
}

func (s *Server) conversationInfo(a *asked) (object, *refusal) {
	c, refused := s.seen(a.get("channel"), "read")
	if refused != nil {
		return nil, refused
	}
	o := s.channelObject(c)
	if a.get("include_num_members") != "true" {
		delete(o, "num_members")
	}
	return object{"channel": o}, nil
}

// listed gives the channels of the asked kinds that the bot can see.
func (s *Server) listed(a *asked, keep func(*Channel) bool) []object {
	kinds := strings.Split(a.get("types"), ",")
	if a.get("types") == "" {
		kinds = []string{"public_channel"}
	}
	word := map[string]string{"channels": "public_channel", "groups": "private_channel", "im": "im"}
	var all []object
	for _, id := range slices.Sorted(maps.Keys(s.channels)) {
		c, refused := s.found(id)
		if refused != nil || !slices.Contains(kinds, word[c.kind()]) || !keep(c) || c.Archived && a.get("exclude_archived") == "true" {
			continue
		}
		all = append(all, s.channelObject(c))
	}
	return all
}

func (s *Server) conversationList(a *asked) (object, *refusal) {
	return s.channelPage(a, func(*Channel) bool { return true })
}

func (s *Server) userConversations(a *asked) (object, *refusal) {
	user := a.get("user")
	if user == "" {
		user = s.bot.ID
	}
	return s.channelPage(a, func(c *Channel) bool { return c.has(user) })
}

func (s *Server) channelPage(a *asked, keep func(*Channel) bool) (object, *refusal) {
	for _, kind := range strings.Split(a.get("types"), ",") {
		scope := map[string]string{"": "channels:read", "public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read"}[kind]
		if scope == "" {
			return nil, no("invalid_types")
		}
		if !s.may(scope) {
			return nil, s.lacks(scope)
		}
	}
	some, meta, refused := page(a, s.listed(a, keep), 100)
	if some == nil {
		some = []object{}
	}
	return object{"channels": some, "response_metadata": meta}, refused
}

func (s *Server) conversationMembers(a *asked) (object, *refusal) {
	c, refused := s.seen(a.get("channel"), "read")
	if refused != nil {
		return nil, refused
	}
	some, meta, refused := page(a, c.Members, 100)
	return object{"members": some, "response_metadata": meta}, refused
}

func (s *Server) joinConversation(a *asked) (object, *refusal) {
	c, refused := s.found(a.get("channel"))
	switch {
	case refused != nil:
		return nil, refused
	case c.kind() != "channels":
		return nil, no("method_not_supported_for_channel_type")
	case c.Archived:
		return nil, no("is_archived")
	}
	if !c.has(s.bot.ID) {
		c.Members = append(c.Members, s.bot.ID)
	}
	return object{"channel": s.channelObject(c)}, nil
}

func (s *Server) userInfo(a *asked) (object, *refusal) {
	u := s.users[a.get("user")]
	if u == nil {
		return nil, no("user_not_found")
	}
	return object{"user": s.userObject(u, s.may("users:read.email"))}, nil
}

// userList gives the workspace's own people: a stranger who shares a channel
// is in it too, as on Slack.
func (s *Server) userList(a *asked) (object, *refusal) {
	var all []object
	for _, u := range s.people(func(*User) bool { return true }) {
		all = append(all, s.userObject(u, s.may("users:read.email")))
	}
	some, meta, refused := page(a, all, 1000)
	return object{"members": some, "cache_ts": s.now().Unix(), "response_metadata": meta}, refused
}

func (s *Server) userByEmail(a *asked) (object, *refusal) {
	for _, u := range s.people(func(u *User) bool { return !u.Deleted && !u.Bot && !s.stranger(u) }) {
		if strings.EqualFold(u.Email, a.get("email")) {
			return object{"user": s.userObject(u, true)}, nil
		}
	}
	return nil, no("users_not_found")
}
