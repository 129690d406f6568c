package mattermost

import (
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/store/fault"
)

// session is what is known of the server while the token works.
type session struct {
	bot     *model.User
	team    *model.Team
	channel *model.Channel
	version version
	key     *ecdsa.PublicKey // of the server's triggers
	tokens  []string         // of the slash command
	command error            // why there is no command; nil where there is one
}

// connect reads a session, and says how it stands.
func (a *Adapter) connect(ctx context.Context) (s *session, words string, err error) {
	s = &session{}
	if s.bot, err = call[*model.User]("read the bot account")(a.api.GetMe(ctx, "")); err != nil {
		return nil, "", err
	}
	config, err := a.config(ctx)
	if err != nil {
		return nil, "", err
	}
	s.version = readVersion(config["Version"])
	if s.key, err = readKey(config["AsymmetricSigningPublicKey"]); err != nil {
		return nil, "", err
	}
	if s.team, err = call[*model.Team]("find the team")(a.api.GetTeamByName(ctx, a.cfg.Team, "")); err != nil {
		return nil, "", unless(err, fault.New(fault.NotFound, "The bot account @%s sees no team %q on %s. Add it to the team, or mend team in [mattermost]: it is the name in the team's web address.", s.bot.Username, a.cfg.Team, a.cfg.URL))
	}
	if s.channel, err = call[*model.Channel]("find the channel")(a.api.GetChannelByName(ctx, a.cfg.Channel, s.team.Id, "")); err != nil {
		return nil, "", unless(err, fault.New(fault.NotFound, "The bot account @%s sees no channel %q in the team. Somebody who is in the channel can add it by typing this there.", s.bot.Username, a.cfg.Channel).WithTry("/invite @%s", s.bot.Username))
	}
	words = "connected to version " + s.version.String()
	if s.tokens, s.command = a.register(ctx, s); s.command != nil {
		words += ", but without the command: " + s.command.Error()
	}
	return s, words, nil
}

// call names the operation in an error of the client's.
func call[T any](op string) func(T, *model.Response, error) (T, error) {
	return func(v T, resp *model.Response, err error) (T, error) {
		return v, failed(op, resp, err)
	}
}

// unless explains a refusal; anything else stays as it is.
func unless(err error, explained *fault.Error) error {
	switch status(err) {
	case http.StatusForbidden, http.StatusNotFound, http.StatusBadRequest:
		explained.Err = err
		return explained
	}
	return err
}

// config reads the part of the server's configuration that clients see.
func (a *Adapter) config(ctx context.Context) (map[string]string, error) {
	const op = "read the server's configuration"
	resp, err := a.api.DoAPIGet(ctx, "/config/client?format=old", "")
	if err != nil {
		return nil, failed(op, model.BuildResponse(resp), err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, failed(op, nil, err)
	}
	var config map[string]string
	if err := json.Unmarshal(b, &config); err != nil {
		return nil, failed(op, nil, errors.New("the answer is not the configuration of a Mattermost server"))
	}
	return config, nil
}

// site gives an address on the server.
func (a *Adapter) site(path string) string { return strings.TrimRight(a.cfg.URL, "/") + path }

// callback gives the address at which the server finds one of our routes.
func (a *Adapter) callback(route string) string {
	return strings.TrimRight(a.cfg.PublicURL, "/") + "/mattermost/" + route
}
