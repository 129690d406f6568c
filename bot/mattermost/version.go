package mattermost

import (
	"fmt"
	"strconv"
	"strings"
)

// version is the server's, such as 10.11.
type version struct{ major, minor int }

// readVersion reads "9.10.0"; the zero version where it cannot.
func readVersion(s string) version {
	parts := strings.SplitN(s, ".", 3)
	if len(parts) < 2 {
		return version{}
	}
	major, err := strconv.Atoi(parts[0])
	if err != nil {
		return version{}
	}
	minor, err := strconv.Atoi(parts[1])
	if err != nil {
		return version{}
	}
	return version{major, minor}
}

func (v version) String() string { return fmt.Sprintf("%d.%d", v.major, v.minor) }

func (v version) from(major, minor int) bool {
	return v.major > major || v.major == major && v.minor >= minor
}

// multiSelect tells whether a form can have menus of several choices; an older
// server's client shows nothing in their place.
func (v version) multiSelect() bool { return v.from(11, 0) }

// dates tells whether a form can have date fields.
func (v version) dates() bool { return v.from(11, 1) }
