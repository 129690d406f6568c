package commands

func contactCommand() subcommand {
	return subcommand{Name: "contact", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
