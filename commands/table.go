package commands

import (
	"maps"
	"slices"
	"strings"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/fault"
)

// subcommand is one word after /thb and all that belongs to it.
type subcommand struct {
	Name    string
	Also    []string // other words for it
	Brief   string   // one line for help
	Example string   // one line that works, with /thb
	Usage   []string // its forms, as in the contract's table
	Keys    []string // its key:value parts
	Many    []string // those of Keys that may be given more than once
	Who     audience
	Menu    string // its button in the menu; empty puts it under "more"
	Run     func(*call) (Reply, error)
	Actions map[string]func(*call, Press) (Reply, error)
	Forms   map[string]func(*call, Submission) (Reply, error)
	Rows    map[string]func(*building) (Built, error) // the outbox rows whose text it makes
}

// audience says who may use a subcommand; what each may do to a record is
// decided with the record.
type audience int

const (
	members      audience = iota // contact points, deputies and coordinators
	everybody                    // admins too
	office                       // coordinators
	officeAdmins                 // coordinators and admins
)

func (a audience) admits(r store.Role) bool {
	switch a {
	case everybody:
		return true
	case office:
		return r == store.Coordinator
	case officeAdmins:
		return r == store.Coordinator || r == store.Admin
	}
	return r != store.Admin
}

func (k *call) allowed(sub *subcommand) error {
	if sub.Who.admits(k.who.Role) {
		return nil
	}
	if k.who.Role == store.Admin {
		return fault.New(fault.Forbidden, "Administrators set thbot up and do not see the register's records. `%s` is for contact points and the Coordinator's office.", sub.Name)
	}
	return fault.New(fault.Forbidden, "`%s` is for the Coordinator's office.", sub.Name).WithTry("/thb help")
}

// lookUp finds a subcommand by its word. Singular and plural are the same.
func (k *call) lookUp(word string) *subcommand {
	word = strings.ToLower(word)
	for i := range k.table {
		sub := &k.table[i]
		for _, name := range append([]string{sub.Name}, sub.Also...) {
			if word == name || word == name+"s" || word+"s" == name || strings.TrimSuffix(word, "ies")+"y" == name {
				return sub
			}
		}
	}
	return nil
}

// names lists the subcommands that the caller may use.
func (k *call) names() []string {
	var names []string
	for i := range k.table {
		if k.table[i].Who.admits(k.who.Role) {
			names = append(names, k.table[i].Name)
		}
	}
	return names
}

// nearest gives the subcommand closest to the word, or help.
func (k *call) nearest(word string) string {
	if name, ok := line.Nearest(word, k.names()); ok {
		return name
	}
	return "help"
}

// Offer is a subcommand as it can be asked for: by its name, by its buttons
// and by its forms. What holds that all are tried reads it.
type Offer struct {
	Name    string
	Actions []string // of buttons, sorted
	Forms   []string // names, sorted
}

// Offers gives every subcommand, in the order of help.
func Offers() []Offer {
	var all []Offer
	for _, sub := range subcommands() {
		all = append(all, Offer{sub.Name, slices.Sorted(maps.Keys(sub.Actions)), slices.Sorted(maps.Keys(sub.Forms))})
	}
	return all
}

// Asks names the subcommand that a typed text asks for, or is empty.
func (c *Commands) Asks(text string) string {
	word, _ := line.Word(text)
	if sub := (&call{Commands: c}).lookUp(word); sub != nil {
		return sub.Name
	}
	return ""
}
