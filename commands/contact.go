package commands

import (
	"cmp"
	"slices"
	"strings"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/fault"
)

func contactCommand() subcommand {
	return subcommand{
		Name: "contact", Also: []string{"roster", "people"},
		Brief: "who is on the roster",
		Usage: []string{
			"contact list", "contact add @USER AGENCY [deputy]", "contact add @USER coordinator or admin",
			"contact link PID ACCOUNT", "contact remove PID",
		},
		Example: "/thb contact list",
		Who:     everybody,
		Run:     runContact,
		Actions: map[string]func(*call, Press) (Reply, error){
			"contact.add":  func(k *call, _ Press) (Reply, error) { return k.contactVerb("add", "") },
			actionLinkYes:  confirmLink,
			"contact.list": func(k *call, _ Press) (Reply, error) { return k.listContacts() },
		},
		Forms: map[string]func(*call, Submission) (Reply, error){"contact-add": submitContact},
		Rows:  map[string]func(*building) (Built, error){store.RowLink: buildLink},
	}
}

// contactVerbs are the words after contact.
var contactVerbs = []string{"list", "add", "link", "remove"}

func runContact(k *call) (Reply, error) {
	verb, rest := line.Word(k.rest)
	verb = strings.ToLower(verb)
	if verb == "" {
		verb = "list"
	}
	if !slices.Contains(contactVerbs, verb) {
		near, ok := line.Nearest(verb, contactVerbs)
		if !ok {
			near = "list"
		}
		return Reply{}, fault.New(fault.Invalid, "`contact %s` is not something I know. There are %s.", verb, andList(contactVerbs)).
			WithTry("/thb %s", strings.TrimSpace("contact "+near+" "+rest))
	}
	return k.contactVerb(verb, rest)
}

func (k *call) contactVerb(verb, rest string) (Reply, error) {
	if verb == "list" {
		return k.listContacts()
	}
	if !officeAdmins.admits(k.who.Role) {
		return Reply{}, fault.New(fault.Forbidden, "The roster is changed by the Coordinator's office and by administrators. Nothing was saved.").WithTry("/thb contact list")
	}
	switch verb {
	case "add":
		return k.addContact(rest)
	case "link":
		return k.linkAccount(rest)
	}
	return k.removeContact(rest)
}

// addContact reads "@jane cepol deputy".
func (k *call) addContact(rest string) (Reply, error) {
	name, rest := line.Word(rest)
	if name == "" && k.req.Surface.Forms {
		return Reply{Form: k.contactForm()}, nil
	}
	rest = strings.TrimSpace(rest)
	if name == "" || rest == "" {
		return Reply{}, fault.New(fault.Invalid, "Whom shall I add, and for which agency?").WithTry("/thb contact add %s cepol", cmp.Or(name, "@jane"))
	}
	words := strings.Fields(rest)
	role := store.ContactPoint
	if last := strings.ToLower(words[len(words)-1]); last == "deputy" && len(words) > 1 {
		role, rest = store.Deputy, strings.TrimSpace(rest[:len(rest)-len(last)])
	}
	switch strings.ToLower(rest) {
	case "coordinator", "office", "atc":
		return k.putOnRoster(name, "", store.Coordinator)
	case "admin", "administrator":
		return k.putOnRoster(name, "", store.Admin)
	}
	a, err := k.catalogue.FindAgency(rest)
	if err != nil {
		return Reply{}, fault.Retry(err, after("contact add", name))
	}
	return k.putOnRoster(name, a.Slug, role)
}

func (k *call) contactForm() *Form {
	roles := []Option{
		{string(store.ContactPoint), "contact point"}, {string(store.Deputy), "deputy"},
		{string(store.Coordinator), "Coordinator's office"}, {string(store.Admin), "administrator"},
	}
	return &Form{Name: "contact-add", Title: "Add to the roster", Submit: "Add", Fields: []Field{
		{Name: "user", Label: "Account", Hint: "Such as @jane, or mattermost:jane in another chat", Type: FieldPerson},
		{Name: "role", Label: "Role", Type: FieldChoice, Options: roles, Value: roles[0].Value},
		{Name: "agency", Label: "Agency", Hint: "For contact points and deputies", Type: FieldChoice, Options: k.agencyOptions(""), Optional: true},
	}}
}

func submitContact(k *call, s Submission) (Reply, error) {
	if !officeAdmins.admits(k.who.Role) {
		return k.contactVerb("add", "")
	}
	role := store.Role(s.Values["role"])
	if role == "" {
		role = store.ContactPoint
	}
	agency := ""
	if role == store.ContactPoint || role == store.Deputy {
		a, err := k.catalogue.FindAgency(s.Values["agency"])
		if err != nil {
			return Reply{Failed: true, Errors: map[string]string{"agency": "Which agency?"}}, nil
		}
		agency = a.Slug
	} else if role != store.Coordinator && role != store.Admin {
		return Reply{Failed: true, Errors: map[string]string{"role": "Which role?"}}, nil
	}
	reply, err := k.putOnRoster(s.Values["user"], agency, role)
	return k.fieldErrors(reply, err, s, "user")
}

// resolve looks an account up, once; from then on its id counts.
func (k *call) resolve(name string) (store.Account, error) {
	if k.directory == nil {
		return store.Account{}, fault.New(fault.NotFound, "No chat is connected in which I could look %s up.", name)
	}
	return k.directory.Resolve(k.ctx, k.req.Account, name)
}

// putOnRoster adds a person with one account.
func (k *call) putOnRoster(name, agency string, role store.Role) (Reply, error) {
	account, err := k.resolve(name)
	if err != nil {
		return Reply{}, err
	}
	account.LinkedAt = k.now.UTC()
	var p *store.Person
	var group int64
	err = k.update("contact", func(ch *store.Change) error {
		if known, err := ch.Claimant(account.AccountID); err != nil {
			return err
		} else if known != nil {
			return fault.New(fault.Conflict, "%s is on the roster already, as %s (%s). Nothing was changed. To change the role, remove and add.", account.Name, store.PersonRef(known.ID), k.roleWords(known)).
				WithTry("/thb contact remove %s", store.PersonRef(known.ID))
		}
		p = &store.Person{Role: role, Agency: agency, Accounts: []store.Account{account}}
		if err := ch.AddPerson(p); err != nil {
			return err
		}
		group = ch.Group()
		return k.inviteToAll(ch)
	})
	if err != nil {
		return Reply{}, err
	}
	m := Tell(
		Say("**%s added**: %s, %s", store.PersonRef(p.ID), Words(p.Name()), k.roleWords(p)),
		guestLine(account), k.newcomerLine(p))
	return Reply{Message: m.Next(undoButton(group, ""))}, nil
}

// inviteToAll plans what a newcomer has to hear of the meetings ahead.
func (k *call) inviteToAll(ch *store.Change) error {
	all, err := ch.Meetings()
	for _, m := range all {
		if err == nil && m.Stands() && m.Start.After(ch.At) {
			err = k.planMeeting(ch, m)
		}
	}
	return err
}

// guestLine says what is different for an account that its platform calls a
// guest.
func guestLine(a store.Account) Line {
	if !a.Guest {
		return nil
	}
	return Say("The chat calls this account a guest. That is fine here: the roster alone decides. If `/thb` does not answer there, the account belongs to another organisation's workspace and needs a guest account in this one.")
}

func (k *call) newcomerLine(p *store.Person) Line {
	switch p.Role {
	case store.Deputy:
		return Say("Deputies may record and answer for %s; messages reach them only while a contact point is away.", k.agencyName(p.Agency))
	case store.Admin:
		return Say("Administrators set thbot up and see states and ids, no records.")
	}
	return Say("I write first when there is something to say; `/thb` shows what can be asked.")
}

// removeContact takes a person off the roster.
func (k *call) removeContact(rest string) (Reply, error) {
	word, _ := line.Word(rest)
	if word == "" {
		return Reply{}, fault.New(fault.Invalid, "Whom shall I remove? I need the person's id; `/thb contact list` shows it.").WithTry("/thb contact remove P7")
	}
	var p *store.Person
	var last bool
	var group int64
	err := k.update("contact", func(ch *store.Change) error {
		was, err := k.personIn(ch.View, word)
		if err != nil {
			return err
		}
		same, err := sameRole(ch.View, was)
		if err != nil {
			return err
		}
		last = len(same) == 1
		if last && was.Role == store.Coordinator {
			return fault.New(fault.Conflict, "%s is the only one in the Coordinator's office; without anybody there, nobody could run meetings. Nothing was changed. Add another one first.", store.PersonRef(was.ID)).WithTry("/thb contact add @jane coordinator")
		}
		p = was.Clone()
		p.RemovedAt, group = ch.At, ch.Group()
		return ch.PutPerson(p)
	})
	if err != nil {
		return Reply{}, err
	}
	m := Tell(Say("**%s removed** from the roster: %s, %s. What was recorded stays.", store.PersonRef(p.ID), Words(p.Name()), k.roleWords(p)))
	if last && p.Role == store.ContactPoint {
		m.Tell(Say("%s has no contact point now: what concerns it goes to the Coordinator's office until you add one.", k.agencyName(p.Agency)))
	}
	return Reply{Message: m.Next(undoButton(group, ""))}, nil
}

// sameRole lists the people of the same role and agency, the person included.
func sameRole(v *store.View, p *store.Person) ([]*store.Person, error) {
	roster, err := v.Roster()
	return slices.DeleteFunc(roster, func(q *store.Person) bool { return q.Role != p.Role || q.Agency != p.Agency }), err
}

// personIn finds a person on the roster by id.
func (k *call) personIn(v *store.View, word string) (*store.Person, error) {
	letter, id, ok := store.ParseRef(word, 'P')
	if !ok || letter != 'P' {
		return nil, fault.New(fault.Invalid, "%s is no id of a person. People have ids such as P7; `/thb contact list` shows them.", word).WithTry("/thb contact list")
	}
	p, err := v.Person(id)
	if err == nil && (p == nil || !p.Active()) {
		err = fault.New(fault.NotFound, "There is no %s on the roster.", store.PersonRef(id)).WithTry("/thb contact list")
	}
	return p, err
}
