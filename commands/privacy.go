package commands

func privacyCommand() subcommand {
	return subcommand{Name: "privacy", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
