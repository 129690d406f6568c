package commands

import "strings"

// besideFile answers what came with a file. Its words are taken as always; of
// the file it says that nothing was done with it, and how a list of activities
// gets in, which is the operator's to do.
func (k *call) besideFile() (Reply, error) {
	if strings.TrimSpace(k.req.Text) == "" {
		return Reply{Failed: true, Message: Tell(
			Say("I cannot take a file here, so I did nothing with it."),
			Say("One activity is recorded with `/thb record` and a sentence about it."),
			Say("A list of activities as .xlsx, .csv or .jsonl is imported on the machine where thbot runs: your thbot administrator types `thbot import FILE` there. `/thb export xlsx` gives you a file with the columns it takes."),
		)}, nil
	}
	reply, err := k.typed(k.req.Text)
	if err == nil && reply.Message != nil {
		reply.Message.Aside(Say("I cannot take a file here, so I did nothing with the one you sent along."))
	}
	return reply, err
}
