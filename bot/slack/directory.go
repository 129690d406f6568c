package slack

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
	"thbot/store/fault"
)

// account is what thbot asks of a user's account.
type account struct {
	name, team string
	guest      bool
	bot        bool
	active     bool
	stranger   bool // of another workspace, by Slack Connect
	zone       string
}

var _ commands.Directory = (*Adapter)(nil)

// userID is the form of ids; nobody can choose his own.
var userID = regexp.MustCompile(`^[UW][A-Z0-9]{6,}$`)

// mentionsKey holds, in a context, whom a command's text mentions.
type mentionsKey struct{}

func withMentions(ctx context.Context, mentions map[string]string) context.Context {
	return context.WithValue(ctx, mentionsKey{}, mentions)
}

// Resolve implements commands.Directory. A name that the command mentioned is
// the account that Slack itself found for it; one that has the form of an id
// is one, so that nobody can take an account's place by calling himself so.
func (a *Adapter) Resolve(ctx context.Context, _ store.AccountID, name string) (store.Account, error) {
	none := store.Account{}
	user, err := chat.UserNamed(Platform, asTyped(name), "slack:U0123ABCD")
	if err != nil {
		return none, err
	}
	s, err := a.conn.Session(ctx)
	if err != nil {
		return none, err
	}
	u, err := a.find(ctx, user)
	if err != nil {
		return none, err
	}
	acc := a.note(u)
	if err := acc.admissible(s); err != nil {
		return none, err
	}
	return store.Account{AccountID: store.AccountID{Platform: Platform, Workspace: s.team, User: u.ID}, Name: acc.name, Guest: acc.guest}, nil
}

// admissible says why an account cannot be on the roster; nil where it can.
func (acc account) admissible(s *session) error {
	switch {
	case acc.bot:
		return fault.New(fault.Refused, "@%s is a bot; the roster is for people.", acc.name)
	case !acc.active:
		return fault.New(fault.Refused, "The account @%s is deactivated.", acc.name)
	case acc.foreign(s):
		return fault.New(fault.Refused, "@%s belongs to another organisation's workspace and is here by Slack Connect. Slack does not let such accounts use /%s, so it cannot be on the roster. Invite the person as a guest of this workspace (People > Invite, as guest, to the coordination channel), and add that account.", acc.name, Command)
	}
	return nil
}

// foreign tells whether the account belongs to another workspace.
func (acc account) foreign(s *session) bool {
	return acc.stranger || acc.team != "" && acc.team != s.team
}

func (a *Adapter) find(ctx context.Context, user string) (*slackgo.User, error) {
	if mentions, ok := ctx.Value(mentionsKey{}).(map[string]string); ok {
		if id, mentioned := mentions[user]; mentioned && id == "" {
			return nil, fault.New(fault.Conflict, "Two accounts are called @%s. The id tells them apart: it stands in the profile, under ⋮ > Copy member ID.", user).WithTry("slack:U0123ABCD")
		} else if mentioned {
			user = id
		}
	}
	if userID.MatchString(user) {
		u, err := a.api.GetUserInfoContext(ctx, user)
		if err == nil || !nobody(failed("", err)) {
			return u, failed("read a user", err)
		}
	}
	return a.named(ctx, user)
}

// named finds a user by name; Slack has no call for that but the whole list.
func (a *Adapter) named(ctx context.Context, name string) (*slackgo.User, error) {
	all, err := a.api.GetUsersContext(ctx, slackgo.GetUsersOptionLimit(200))
	if err != nil {
		return nil, failed("list the users", err)
	}
	is := func(u slackgo.User) bool { return !u.Deleted && strings.EqualFold(u.Name, name) }
	shown := func(u slackgo.User) bool {
		return !u.Deleted && (strings.EqualFold(u.Profile.DisplayName, name) || strings.EqualFold(u.RealName, name))
	}
	for _, match := range []func(slackgo.User) bool{is, shown} {
		i := slices.IndexFunc(all, match)
		if i < 0 {
			continue
		}
		if slices.ContainsFunc(all[i+1:], match) {
			return nil, fault.New(fault.Conflict, "Several accounts are called %s. The id tells them apart: it stands in the profile, under ⋮ > Copy member ID.", name).WithTry("slack:U0123ABCD")
		}
		return &all[i], nil
	}
	return nil, fault.New(fault.NotFound, "There is no account %s in this workspace.", name).WithTry("@jane")
}

func (a *Adapter) note(u *slackgo.User) account {
	acc := account{
		name: u.Name, team: u.TeamID, bot: u.IsBot || u.IsWorkflowBot || u.IsConnectorBot || u.ID == "USLACKBOT", active: !u.Deleted,
		guest: u.IsRestricted || u.IsUltraRestricted, stranger: u.IsStranger, zone: u.TZ,
	}
	a.accounts.Put(a.now(), u.ID, acc)
	return acc
}

// account looks a user up; what it answers is less than a minute old.
func (a *Adapter) account(ctx context.Context, user string) (account, error) {
	if acc, ok := a.accounts.Get(a.now(), user); ok {
		return acc, nil
	}
	u, err := a.api.GetUserInfoContext(ctx, user)
	if err != nil {
		return account{}, failed("read a user", err)
	}
	return a.note(u), nil
}

// nobody tells whether an error says that there is no such account.
func nobody(err error) bool {
	return slices.Contains([]string{"user_not_found", "users_not_found", "user_not_visible"}, code(err))
}

// Active tells whether the account is there, not deactivated, no bot and of
// this workspace; the answer is less than a minute old.
func (a *Adapter) Active(ctx context.Context, id store.AccountID) (bool, error) {
	s, err := a.conn.Session(ctx)
	if err != nil {
		return false, err
	}
	if id.Workspace != s.team {
		return false, nil
	}
	acc, err := a.account(ctx, id.User)
	if nobody(err) {
		return false, nil
	}
	return acc.active && !acc.bot && !acc.foreign(s), err
}

// Zone gives the time zone of the account's profile, or nil where it has none.
func (a *Adapter) Zone(ctx context.Context, id store.AccountID) (*time.Location, error) {
	acc, err := a.account(ctx, id.User)
	if err != nil || acc.zone == "" {
		return nil, err
	}
	zone, err := time.LoadLocation(acc.zone)
	if err != nil {
		return nil, nil // a zone that only Slack knows
	}
	return zone, nil
}

// Words for those who are turned away before anything is asked of the register.
// Who is on the roster is decided there, by ids: a guest account is no reason,
// and an account of another workspace is on no roster.
const (
	sayNobody = "Bots and deactivated accounts cannot use thbot."
	sayUnsure = "I could not check your account just now, so nothing was done. Please try again in a minute."
)
