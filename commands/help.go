package commands

import (
	"strings"

	"thbot/commands/line"
	"thbot/store/fault"
	"thbot/store/statement"
)

func helpCommand() subcommand {
	return subcommand{
		Name: "help", Also: []string{"?"},
		Brief: "what can be asked; with a word, how that one works", Usage: []string{"help [SUBCOMMAND]"},
		Example: "/thb help record",
		Who:     everybody,
		Run:     func(k *call) (Reply, error) { return k.help(k.rest) },
		Actions: map[string]func(*call, Press) (Reply, error){
			"menu.show":   func(k *call, _ Press) (Reply, error) { return k.menu(), nil },
			"menu.more":   func(k *call, _ Press) (Reply, error) { return k.more(), nil },
			"menu.run":    menuRun,
			"menu.line":   menuLine,
			"menu.search": menuSearch,
		},
	}
}

// helpGroups is the order in which help and the menu show the subcommands. A
// test holds that each stands in it once.
var helpGroups = []struct {
	title string
	names []string
}{
	{"Your agency's work", []string{"record", "check", "update", "edit", "unchanged", "nothing", "brief"}},
	{"Looking up", []string{"show", "list", "search", "history", "coverage", "commitment", "agency"}},
	{"With the others", []string{"overlap", "partner", "meeting", "away", "digest", "contact"}},
	{"Putting right", []string{"undo", "withdraw", "redact"}},
	{"For coordinators and administrators", []string{"schedule", "outbox"}},
	{"About thbot", []string{"export", "whoami", "privacy", "help"}},
}

// help lists the subcommands, one line each, or explains one.
func (k *call) help(word string) (Reply, error) {
	word, _ = line.Word(word)
	if word != "" {
		return k.helpOn(strings.TrimPrefix(word, "/"))
	}
	m := new(Message)
	for _, g := range helpGroups {
		var lines []Line
		for _, name := range g.names {
			if sub := k.lookUp(name); sub != nil && sub.Who.admits(k.who.Role) {
				lines = append(lines, Say("**%s**: %s. `%s`", sub.Name, sub.Brief, sub.Example))
			}
		}
		if len(lines) > 0 {
			m.Tell(Say("%s", g.title)).Items(lines...)
		}
	}
	return Reply{Message: m.Aside(Say("One of them in full: `/thb help record`. A form opens where a command needs something and gets nothing."))}, nil
}

// helpOn explains one subcommand: its forms, an example, and its keys.
func (k *call) helpOn(word string) (Reply, error) {
	sub := k.lookUp(word)
	if sub == nil {
		return Reply{}, fault.New(fault.NotFound, "I know no `%s`.", word).WithTry("/thb help %s", k.nearest(word))
	}
	m := Tell(Say("**%s**: %s", sub.Name, sub.Brief))
	var usage []Line
	for _, u := range sub.Usage {
		usage = append(usage, Say("`/thb %s`", u))
	}
	m.Items(usage...).Tell(Say("For example: `%s`", sub.Example))
	var keys []Line
	for _, key := range sub.Keys {
		if words := k.keyWords(sub.Name, key); words != "" {
			keys = append(keys, Say("`%s:` %s", key, words))
		}
	}
	if len(keys) > 0 {
		m.Tell(Say("Keys, each directly followed by its value; quotes around a value with spaces:")).Items(keys...)
	}
	if sub.Who == office || sub.Who == officeAdmins {
		m.Aside(Say("For the Coordinator's office."))
	}
	if !sub.Who.admits(k.who.Role) {
		return Reply{Message: m}, nil
	}
	return Reply{Message: m.Next(Button{Label: "Menu", Action: "menu.show"})}, nil
}

// keyWords explains a key in one line, with the values it takes.
func (k *call) keyWords(sub, key string) string {
	if sub == "meeting" {
		return meetingKeyWords[key]
	}
	switch key {
	case "commitment":
		var all []string
		for _, c := range k.catalogue.Commitments {
			all = append(all, itoa(c.Number)+" "+c.Slug)
		}
		return "by number or word: " + strings.Join(all, ", ")
	case "kind":
		return "one of " + slugs(statement.Kinds())
	case "exploitation":
		return "of " + slugs(statement.Exploitations())
	case "audience":
		return "for whom, of " + slugs(statement.Audiences())
	case "status":
		return "one of " + slugs(statement.Statuses()) + "; left out, it follows the dates"
	}
	return keyWords[key]
}

func slugs(terms []statement.Term) string {
	all := make([]string, len(terms))
	for i, t := range terms {
		all[i] = t.Slug
	}
	return strings.Join(all, ", ")
}

var keyWords = map[string]string{
	"title":       `the title, in quotes: title:"Webinar on forced labour"`,
	"description": "the text below the title, in quotes",
	"country":     `countries or regions: country:RO,BG or country:"Western Balkans"; EU is all 27`,
	"with":        "agencies that do it together with yours; they are asked to confirm",
	"others":      "partners outside the network",
	"plan":        `the work-programme entry: plan:"SPD 2027-2029 2.4.1"; plan:none in a list finds those without`,
	"tlp":         "who may know: CLEAR, GREEN, AMBER (left out, it is this) or AMBER+STRICT",
	"follows":     "an earlier activity that this one builds on: follows:A12",
	"link":        "a web address",
	"when":        `any date or span: 2027-03, 2027-Q2, 2027-03..2027-06, "next Friday"`,
	"from":        "the start",
	"to":          "the end",
	"agency":      "the agency; for those who act for several, and in lists, agency:mine",
}

var meetingKeyWords = map[string]string{
	"title":  "the title, in quotes",
	"when":   `day and time, in quotes: when:"10 December 10:00"`,
	"place":  "where, in quotes",
	"link":   "a web address",
	"agenda": "what will be spoken of, in quotes",
}
