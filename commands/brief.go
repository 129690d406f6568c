package commands

func briefCommand() subcommand {
	return subcommand{Name: "brief", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
