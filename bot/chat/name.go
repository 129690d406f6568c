package chat

import (
	"strings"

	"thbot/store/fault"
)

// UserNamed gives the user whom a name as people type it means on a platform:
// "@jane", "jane", or "slack:jane". The example is such a name, for a name of
// another platform.
func UserNamed(platform, name, example string) (string, error) {
	user := name
	if before, rest, named := strings.Cut(name, ":"); named {
		if !strings.EqualFold(before, platform) {
			return "", fault.New(fault.NotFound, "%s is not connected here.", before).WithTry("%s", example)
		}
		user = rest
	}
	user = strings.TrimPrefix(user, "@")
	if user == "" || strings.ContainsAny(user, " /?#%\\<>") {
		return "", fault.New(fault.Invalid, "%q is no user name.", name).WithTry("@jane")
	}
	return user, nil
}
