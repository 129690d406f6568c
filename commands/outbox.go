package commands

func outboxCommand() subcommand {
	return subcommand{Name: "outbox", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
