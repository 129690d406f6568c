package mattermost

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
	"thbot/store/fault"
)

// account is what thbot asks of a user's account.
type account struct {
	name   string
	guest  bool
	bot    bool
	active bool
	zone   string
}

var _ commands.Directory = (*Adapter)(nil)

// userID is the form of ids; nobody can choose his own.
var userID = regexp.MustCompile(`^[a-z0-9]{26}$`)

// Resolve implements commands.Directory. A name that has the form of an id is
// one, so that nobody can take an account's place by calling himself so.
func (a *Adapter) Resolve(ctx context.Context, _ store.AccountID, name string) (store.Account, error) {
	none := store.Account{}
	user, err := chat.UserNamed(Platform, asTyped(name), "mattermost:jane")
	if err != nil {
		return none, err
	}
	user = strings.ToLower(user)
	s, err := a.conn.Session(ctx)
	if err != nil {
		return none, err
	}
	u, err := a.find(ctx, user)
	if err != nil {
		return none, unless(err, fault.New(fault.NotFound, "There is no account %s in this workspace.", user).WithTry("@jane"))
	}
	acc := a.note(u)
	switch {
	case acc.bot:
		return none, fault.New(fault.Refused, "@%s is a bot; the roster is for people.", u.Username)
	case !acc.active:
		return none, fault.New(fault.Refused, "The account @%s is deactivated.", u.Username)
	}
	return store.Account{AccountID: s.accountID(u.Id), Name: u.Username, Guest: acc.guest}, nil
}

func (a *Adapter) find(ctx context.Context, user string) (*model.User, error) {
	if userID.MatchString(user) {
		u, err := call[*model.User]("read a user")(a.api.GetUser(ctx, user, ""))
		if err == nil || status(err) != http.StatusNotFound {
			return u, err
		}
	}
	return call[*model.User]("find a user")(a.api.GetUserByUsername(ctx, user, ""))
}

func (a *Adapter) note(u *model.User) account {
	acc := account{
		name: u.Username, bot: u.IsBot, active: u.DeleteAt == 0,
		guest: slices.Contains(strings.Fields(u.Roles), model.SystemGuestRoleId),
		zone:  zoneOf(u.Timezone),
	}
	a.accounts.Put(a.now(), u.Id, acc)
	return acc
}

func zoneOf(t model.StringMap) string {
	if t["useAutomaticTimezone"] == "false" {
		return t["manualTimezone"]
	}
	return t["automaticTimezone"]
}

// account looks a user up; what it answers is less than a minute old.
func (a *Adapter) account(ctx context.Context, user string) (account, error) {
	if acc, ok := a.accounts.Get(a.now(), user); ok {
		return acc, nil
	}
	u, err := call[*model.User]("read a user")(a.api.GetUser(ctx, user, ""))
	if err != nil {
		return account{}, err
	}
	return a.note(u), nil
}

// Active tells whether the account is there, not deactivated and no bot; the
// answer is less than a minute old.
func (a *Adapter) Active(ctx context.Context, id store.AccountID) (bool, error) {
	acc, err := a.account(ctx, id.User)
	if status(err) == http.StatusNotFound {
		return false, nil
	}
	return acc.active && !acc.bot, err
}

// Zone gives the time zone of the account's profile, or nil where it has none.
func (a *Adapter) Zone(ctx context.Context, id store.AccountID) (*time.Location, error) {
	acc, err := a.account(ctx, id.User)
	if err != nil || acc.zone == "" {
		return nil, err
	}
	zone, err := time.LoadLocation(acc.zone)
	if err != nil {
		return nil, nil // a zone that only the server knows
	}
	return zone, nil
}
