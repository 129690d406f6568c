package commands

func undoCommand() subcommand {
	return subcommand{Name: "undo", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
