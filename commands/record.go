package commands

func recordCommand() subcommand {
	return subcommand{Name: "record", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
