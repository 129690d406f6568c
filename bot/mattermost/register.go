package mattermost

import (
	"context"
	"net/http"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/store/fault"
)

// register finds, makes or updates the slash command, and gives its tokens. A
// token from the configuration is enough: then an admin made the command.
func (a *Adapter) register(ctx context.Context, s *session) ([]string, error) {
	if a.cfg.CommandToken != "" {
		return []string{a.cfg.CommandToken}, nil
	}
	all, err := call[[]*model.Command]("list the slash commands")(a.api.ListCommands(ctx, s.team.Id, true))
	if err != nil {
		return nil, a.permission(s, err)
	}
	for _, c := range all {
		if c.Trigger == Trigger && c.DeleteAt == 0 {
			return a.adopt(ctx, s, c)
		}
	}
	made, err := call[*model.Command]("create the slash command")(a.api.CreateCommand(ctx, a.wanted(s)))
	if err != nil {
		return nil, a.permission(s, err)
	}
	return []string{made.Token}, nil
}

// adopt brings a command that exists up to date. One that somebody else made
// is used as it stands if it leads here, and else left alone.
func (a *Adapter) adopt(ctx context.Context, s *session, c *model.Command) ([]string, error) {
	want := a.wanted(s)
	if c.CreatorId != s.bot.Id {
		if c.URL == want.URL && c.Method == want.Method {
			return []string{c.Token}, nil
		}
		return nil, fault.New(fault.Conflict, "The team has a /%s command already, made by somebody else, that does not lead to %s. Delete it, or set its request URL to that and its method to POST.", Trigger, want.URL)
	}
	if c.URL == want.URL && c.Method == want.Method && c.AutoComplete && c.AutoCompleteHint == want.AutoCompleteHint &&
		c.AutoCompleteDesc == want.AutoCompleteDesc && c.Description == want.Description && c.DisplayName == want.DisplayName {
		return []string{c.Token}, nil
	}
	want.Id, want.Token, want.CreatorId, want.CreateAt = c.Id, c.Token, c.CreatorId, c.CreateAt
	if _, err := call[*model.Command]("update the slash command")(a.api.UpdateCommand(ctx, want)); err != nil {
		return nil, a.permission(s, err)
	}
	return []string{c.Token}, nil
}

func (a *Adapter) wanted(s *session) *model.Command {
	return &model.Command{
		TeamId: s.team.Id, Trigger: Trigger, Method: model.CommandMethodPost, URL: a.callback("command"),
		AutoComplete:     true,
		AutoCompleteHint: "[record | check | update | overlap | coverage | brief | help]",
		AutoCompleteDesc: "What the agencies do against trafficking in human beings",
		DisplayName:      "thbot",
		Description:      "The register of the joint statement's contact points",
	}
}

// permission says which permission is missing, and the two ways out.
func (a *Adapter) permission(s *session, err error) error {
	if status(err) != http.StatusForbidden {
		return err
	}
	f := fault.New(fault.Forbidden, "The bot account @%s lacks the permission manage_slash_commands in the team %q, so it cannot make the /%s command. There are two ways out.\n"+
		"Either make the bot a team admin for the set-up (System Console > User Management > Teams, or the team's member list), wait a minute, and take it back.\n"+
		"Or have an admin make it: Integrations > Slash Commands > Add, with the trigger word %s, the request URL %s and the method POST; then set THBOT_MATTERMOST_COMMAND_TOKEN to its token and start thbot again.",
		s.bot.Username, a.cfg.Team, Trigger, Trigger, a.callback("command"))
	f.Err = err
	return f
}
