package commands

func helpCommand() subcommand {
	return subcommand{Name: "help", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
