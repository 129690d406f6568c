package commands

func partnerCommand() subcommand {
	return subcommand{Name: "partner", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
