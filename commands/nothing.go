package commands

func nothingCommand() subcommand {
	return subcommand{Name: "nothing", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
