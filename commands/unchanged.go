package commands

func unchangedCommand() subcommand {
	return subcommand{Name: "unchanged", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
