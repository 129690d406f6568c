package commands

func overlapCommand() subcommand {
	return subcommand{Name: "overlap", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
