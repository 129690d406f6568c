package commands

func awayCommand() subcommand {
	return subcommand{Name: "away", Run: func(*call) (Reply, error) { return Reply{}, nil }}
}
