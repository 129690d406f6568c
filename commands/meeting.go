package commands

func meetingCommand() subcommand {
	return subcommand{Name: "meeting", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
