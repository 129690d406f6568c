package commands

func whoamiCommand() subcommand {
	return subcommand{Name: "whoami", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
