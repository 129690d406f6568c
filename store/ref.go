package store

import (
	"strconv"
	"strings"
)

// ActivityRef gives an activity's id as people type it: A17.
func ActivityRef(id int) string { return "A" + strconv.Itoa(id) }

// OverlapRef gives an overlap's id as people type it: O5.
func OverlapRef(id int) string { return "O" + strconv.Itoa(id) }

// MeetingRef gives a meeting's id as people type it: M3.
func MeetingRef(id int) string { return "M" + strconv.Itoa(id) }

// PersonRef gives a person's id as people type it: P7.
func PersonRef(id int) string { return "P" + strconv.Itoa(id) }

// ConfirmationRef gives a confirmation's id as the journal names it: N4.
func ConfirmationRef(id int) string { return "N" + strconv.Itoa(id) }

// ParseRef reads an id as people type it: A17, a17, #A17, # 17, 17. A number
// without a letter gets the letter given as usual, which may be 0 for none. It
// answers false when the input is no id.
func ParseRef(input string, usual byte) (letter byte, id int, ok bool) {
	s := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(input), "#"))
	letter = usual
	if s != "" && strings.IndexByte("AOMPNaompn", s[0]) >= 0 {
		letter, s = s[0]&^0x20, strings.TrimPrefix(s[1:], "#")
	}
	if letter == 0 || s == "" || len(s) > 9 {
		return 0, 0, false
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, 0, false
		}
	}
	id, err := strconv.Atoi(s)
	return letter, id, err == nil && id > 0
}

// idKey is an id as a key: ten digits, so that keys sort as numbers do.
func idKey(id int) string { return digitsKey(int64(id), 10) }
