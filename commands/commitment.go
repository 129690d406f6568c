package commands

func commitmentCommand() subcommand {
	return subcommand{Name: "commitment", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
