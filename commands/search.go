package commands

func searchCommand() subcommand {
	return subcommand{Name: "search", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
