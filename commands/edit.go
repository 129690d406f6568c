package commands

func editCommand() subcommand {
	return subcommand{Name: "edit", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
