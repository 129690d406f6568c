package commands

func exportCommand() subcommand {
	return subcommand{Name: "export", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
