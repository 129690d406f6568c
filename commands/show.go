package commands

func showCommand() subcommand {
	return subcommand{Name: "show", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
