package commands

func digestCommand() subcommand {
	return subcommand{Name: "digest", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
