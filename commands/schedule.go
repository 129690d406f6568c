package commands

func scheduleCommand() subcommand {
	return subcommand{Name: "schedule", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
