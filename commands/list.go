package commands

func listCommand() subcommand {
	return subcommand{Name: "list", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
