package commands

func withdrawCommand() subcommand {
	return subcommand{Name: "withdraw", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
