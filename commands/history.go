package commands

func historyCommand() subcommand {
	return subcommand{Name: "history", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
