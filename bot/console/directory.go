package console

import (
	"context"
	"strings"

	"thbot/store"
	"thbot/store/fault"
)

// Directory finds the console's users: every name is one.
type Directory struct{}

// Resolve implements commands.Directory.
func (Directory) Resolve(_ context.Context, _ store.AccountID, name string) (store.Account, error) {
	platform, user, named := strings.Cut(name, ":")
	if !named {
		platform, user = Platform, name
	}
	user = strings.TrimPrefix(user, "@")
	if platform != Platform {
		return store.Account{}, fault.New(fault.NotFound, "%s is not connected here; the console knows its own users only.", platform).WithTry("/thb contact list")
	}
	if user == "" || strings.ContainsAny(user, " /:") {
		return store.Account{}, fault.New(fault.Invalid, "%q is no user name.", user).WithTry("/thb contact list")
	}
	return store.Account{AccountID: account(user), Name: user}, nil
}
