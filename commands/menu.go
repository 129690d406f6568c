package commands

import (
	"cmp"
	"slices"
	"strings"

	"thbot/commands/admit"
	"thbot/commands/line"
	"thbot/store"
	"thbot/store/fault"
)

// menuFirst is what the menu shows at once; the rest stands under "More".
var menuFirst = []string{"record", "check", "update", "overlap", "coverage", "brief"}

// menu answers /thb alone.
func (k *call) menu() Reply {
	var buttons []Button
	for _, name := range menuFirst {
		if sub := k.lookUp(name); sub != nil && sub.Who.admits(k.who.Role) {
			buttons = append(buttons, menuButton(sub))
		}
	}
	if len(buttons) == 0 {
		return k.more()
	}
	return Reply{Message: Tell(
		Say("What would you like to do?"),
		Say("You can type, too: `/thb record Webinar on forced labour for labour inspectors, March 2027`"),
	).Next(append(buttons, Button{Label: "More", Action: "menu.more"})...)}
}

// menuButton opens a subcommand's form, or runs it.
func menuButton(sub *subcommand) Button {
	return Button{Label: cmp.Or(sub.Menu, capital(sub.Name)), Action: "menu.run", Record: sub.Name}
}

// more shows what the menu does not, group by group. The office's words are
// shown to whoever may use them.
func (k *call) more() Reply {
	m := new(Message)
	for _, g := range helpGroups {
		var buttons []Button
		var briefs []Line
		for _, name := range g.names {
			sub := k.lookUp(name)
			if sub == nil || slices.Contains(menuFirst, name) || !sub.Who.admits(k.who.Role) {
				continue
			}
			briefs = append(briefs, Say("**%s**: %s", sub.Name, sub.Brief))
			buttons = append(buttons, menuButton(sub))
		}
		if len(buttons) > 0 {
			m.Tell(Say("%s", g.title)).Items(briefs...).Next(buttons...)
		}
	}
	return Reply{Message: m}
}

// menuRun runs a subcommand from the menu. One that takes something back at
// once is explained first.
func menuRun(k *call, p Press) (Reply, error) {
	sub := k.lookUp(p.Record)
	if sub == nil || sub.Name == "undo" {
		return k.help(p.Record)
	}
	return k.typed(sub.Name)
}

// unknown answers /thb TEXT that begins with no subcommand: one or two words
// get the nearest one, more are kept and asked about.
func (k *call) unknown(text string) (Reply, error) {
	text = strings.TrimSpace(text)
	if _, err := admit.Admit(text); err != nil {
		return Reply{}, err
	}
	words := strings.Fields(text)
	if meant := k.turned(words); meant != "" && members.admits(k.who.Role) {
		return k.didYouMean(words[0], meant)
	}
	if len(words) > 2 && members.admits(k.who.Role) {
		return k.askWhat(text)
	}
	meant, ok := k.meant(words)
	if !ok {
		return Reply{Failed: true, Message: Tell(
			Say("I know no `%s`. This works:", Words(words[0])),
			Say("`/thb help`"),
		).Next(Button{Label: "Help", Action: "menu.run", Record: "help"}, Button{Label: "Menu", Action: "menu.show"})}, nil
	}
	return k.didYouMean(words[0], meant)
}

// turned gives the line that was meant where an id stands before its
// subcommand, or a word on an overlap before or after its id: "A17 update Room
// found", "O5 dismiss", "dismiss O5". Elsewhere it gives nothing.
func (k *call) turned(words []string) string {
	if len(words) < 2 {
		return ""
	}
	first, second, rest := words[0], words[1], words[2:]
	lead, _, isID := store.ParseRef(first, 0)
	isID = isID && lead != 0
	letter, _, secondIsID := store.ParseRef(second, 0)
	switch {
	case isID && k.lookUp(second) != nil:
		return strings.Join(append([]string{k.lookUp(second).Name, first}, rest...), " ")
	case isID && knownVerdict(strings.ToLower(second)):
		return strings.Join(append([]string{"overlap", first, strings.ToLower(second)}, rest...), " ")
	case secondIsID && (letter == 'O' || letter == 'A') && knownVerdict(strings.ToLower(first)):
		return strings.Join(append([]string{"overlap", second, strings.ToLower(first)}, rest...), " ")
	}
	return ""
}

// didYouMean offers the line that was probably meant by the word.
func (k *call) didYouMean(word, meant string) (Reply, error) {
	page, err := k.keep(meant)
	if err != nil {
		return Reply{}, err
	}
	works := "/thb " + meant
	if _, _, isID := store.ParseRef(word, 0); isID && meant != "show "+word {
		return Reply{Failed: true, Message: Tell(
			Say("The command comes first. Did you mean `%s`? Nothing was done.", Words(meant)),
			Say("Try: `%s`", Words(works)),
		).Next(Button{Label: "Yes, that", Action: "menu.line", Record: page})}, nil
	}
	if sub := k.lookUp(meant); sub != nil {
		works = sub.Example
	}
	return Reply{Failed: true, Message: Tell(
		Say("I know no `%s`. Did you mean `%s`?", Words(word), Words(meant)),
		Say("Try: `%s`", Words(works)),
	).Next(Button{Label: capital(meant), Action: "menu.line", Record: page})}, nil
}

// meant gives the line that was probably meant by one or two words: a slip in
// the subcommand, or an id without a word before it.
func (k *call) meant(words []string) (string, bool) {
	if letter, _, ok := store.ParseRef(words[0], 0); ok && letter != 0 {
		return "show " + words[0], true
	}
	name, ok := line.Nearest(words[0], k.names())
	if !ok {
		return "", false
	}
	return strings.Join(append([]string{name}, words[1:]...), " "), true
}

// askWhat keeps a text and asks what to do with it. Where its first word is
// one slip from a subcommand, that is offered first.
func (k *call) askWhat(text string) (Reply, error) {
	page, err := k.keep(text)
	if err != nil {
		return Reply{}, err
	}
	m := Tell(Say("Record this, check it, or search for it? Nothing is stored yet.")).Quoting(text)
	var buttons []Button
	word, rest := line.Word(text)
	if name, ok := line.Nearest(word, k.names()); ok && line.Slips(strings.ToLower(word), name) <= 1 {
		slip, err := k.keep(name + " " + rest)
		if err != nil {
			return Reply{}, err
		}
		m.Tell(Say("Or did you mean `%s` by its first word?", name))
		buttons = append(buttons, Button{Label: "I meant " + name, Action: "menu.line", Record: slip})
	}
	return Reply{Failed: true, Message: m.Next(append(buttons,
		Button{Label: "Record", Action: "record.kept", Record: page},
		Button{Label: "Check", Action: "check.kept", Record: page},
		Button{Label: "Search", Action: "menu.search", Record: page})...)}, nil
}

// keep keeps a text for a day, for a button that goes on with it.
func (k *call) keep(text string) (page string, err error) {
	if _, err := admit.Admit(text); err != nil {
		return "", err // what must not be stored is not kept for a day either
	}
	err = k.store.Deliver(k.ctx, func(d *store.Delivery) error {
		page, err = d.KeepPage(k.now, text)
		return err
	})
	return page, err
}

// menuLine runs a kept line.
func menuLine(k *call, p Press) (Reply, error) {
	text, err := k.kept(p.Record)
	if err != nil {
		return Reply{}, err
	}
	if word, _ := line.Word(text); k.lookUp(word) == nil {
		return Reply{}, fault.New(fault.NotFound, "I no longer know what to do with that.").WithTry("/thb")
	}
	return k.typed(text)
}

func menuSearch(k *call, p Press) (Reply, error) {
	text, err := k.kept(p.Record)
	if err != nil {
		return Reply{}, err
	}
	return k.typed("search " + text)
}
