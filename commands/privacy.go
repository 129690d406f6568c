package commands

func privacyCommand() subcommand {
	return subcommand{
		Name: "privacy", Also: []string{"gdpr", "dataprotection"},
		Brief: "what is kept about you, where, how long, and your rights", Usage: []string{"privacy"},
		Example: "/thb privacy",
		Who:     everybody,
		Run:     func(k *call) (Reply, error) { return k.privacy(), nil },
		Actions: map[string]func(*call, Press) (Reply, error){
			"privacy.show": func(k *call, _ Press) (Reply, error) { return k.privacy(), nil },
		},
	}
}

// privacy is the notice in short. It says what the program does, and no more;
// the institution's own notice says the rest.
func (k *call) privacy() Reply {
	m := Tell(Say("**What thbot keeps**")).Items(
		Say("About you: your account ids and their names in the chats, your role and agency, absences, answers to meetings, and who made which change and when."),
		Say("About the work: activities, notes, overlaps and meetings, as people wrote them. Persons do not belong there: no names of victims, suspects or witnesses, no case numbers. Mail addresses, phone numbers and bank accounts are refused, and a refused text is kept nowhere, nor in the log."),
	)
	m.Tell(Say("**Where and how long**")).Items(
		Say("In one database that the operator runs, on its own servers; thbot sends nothing to anybody but the chats you use. What you see here, the chat keeps too, under its own rules."),
		Say("Records stay as long as the operator keeps the register. The text of a message is erased from the database once it is delivered; forms and lists that wait for a press are forgotten after a day."),
		Say("A journal notes every change for good, without its content: the content lies apart and can be erased."),
	)
	m.Tell(Say("**How to have something erased**")).Items(
		Say("`/thb redact A17` erases the texts of an activity everywhere, the journal's copies included. `/thb withdraw A17` only takes it out of lists."),
		Say("Whoever leaves is taken off the roster by the Coordinator's office."),
	)
	m.Tell(Say("**Your rights**")).Items(
		Say("The institution that operates this register is the controller, under Regulation (EU) 2018/1725. You may ask it for access, correction, erasure or restriction, and object; ask its data protection officer, or complain to the European Data Protection Supervisor."),
		Say("`/thb whoami` shows what is kept about you, `/thb history ID` what was changed."),
	)
	return Reply{Message: m}
}
