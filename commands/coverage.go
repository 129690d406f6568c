package commands

func coverageCommand() subcommand {
	return subcommand{Name: "coverage", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
