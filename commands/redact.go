package commands

func redactCommand() subcommand {
	return subcommand{Name: "redact", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
