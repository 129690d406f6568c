package commands

// subcommands is the table of all that can be asked, in the order in which
// help and the menu show it.
func subcommands() []subcommand {
	return []subcommand{
		recordCommand(),
		checkCommand(),
		updateCommand(),
		editCommand(),
		showCommand(),
		listCommand(),
		searchCommand(),
		coverageCommand(),
		overlapCommand(),
		partnerCommand(),
		unchangedCommand(),
		nothingCommand(),
		briefCommand(),
		digestCommand(),
		meetingCommand(),
		awayCommand(),
		undoCommand(),
		withdrawCommand(),
		redactCommand(),
		historyCommand(),
		exportCommand(),
		contactCommand(),
		scheduleCommand(),
		outboxCommand(),
		commitmentCommand(),
		agencyCommand(),
		whoamiCommand(),
		privacyCommand(),
		helpCommand(),
	}
}
