package commands

func agencyCommand() subcommand {
	return subcommand{Name: "agency", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
