package commands

func updateCommand() subcommand {
	return subcommand{Name: "update", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
