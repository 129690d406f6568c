package commands

func checkCommand() subcommand {
	return subcommand{Name: "check", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
