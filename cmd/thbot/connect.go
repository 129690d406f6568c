package main

import (
	"net/http"
	"strings"

	"thbot/bot/chat"
	"thbot/bot/mattermost"
	"thbot/bot/slack"
	"thbot/store/fault"
)

// platform is a chat that thbot can serve.
type platform struct {
	name string
	// lacks names the settings without which it cannot be served.
	lacks   func(*config) []string
	example string // of its section in thbot.toml, and of its secrets
	connect func(p *program, secret []byte, client *http.Client) (chat.Server, error)
}

// platforms is the table of them.
func platforms() []platform {
	return []platform{
		{"slack", slackLacks, slackExample, (*program).connectSlack},
		{"mattermost", mattermostLacks, mattermostExample, (*program).connectMattermost},
	}
}

const slackExample = `  [slack]
  channel = "thb-contact-points"
and THBOT_SLACK_BOT_TOKEN and THBOT_SLACK_APP_TOKEN in the environment`

// slackLacks asks for what the mode needs: without an address of ours by
// Socket Mode, or by signed HTTP.
func slackLacks(c *config) []string {
	needs := []setting{{"slack.channel", c.Slack.Channel}, {"THBOT_SLACK_BOT_TOKEN", c.secrets["SLACK_BOT_TOKEN"]}}
	if c.Slack.Mode == slack.HTTP {
		return lacking(append(needs, setting{"THBOT_SLACK_SIGNING_SECRET", c.secrets["SLACK_SIGNING_SECRET"]}, setting{"public_url", c.PublicURL}))
	}
	return lacking(append(needs, setting{"THBOT_SLACK_APP_TOKEN", c.secrets["SLACK_APP_TOKEN"]}))
}

func (p *program) connectSlack(secret []byte, client *http.Client) (chat.Server, error) {
	c := p.config.Slack
	return slack.New(slack.Config{
		Mode: c.Mode, Channel: c.Channel, APIURL: c.APIURL,
		BotToken: p.config.secrets["SLACK_BOT_TOKEN"], AppToken: p.config.secrets["SLACK_APP_TOKEN"],
		SigningSecret: p.config.secrets["SLACK_SIGNING_SECRET"],
		Secret:        secret, HTTP: client, Now: p.now, Log: p.log,
	})
}

const mattermostExample = `  public_url = "https://thbot.example.eu"
  [mattermost]
  url = "https://chat.example.eu"
  team = "thb"
  channel = "thb-contact-points"
and THBOT_MATTERMOST_TOKEN in the environment`

func mattermostLacks(c *config) []string {
	return lacking([]setting{
		{"mattermost.url", c.Mattermost.URL}, {"mattermost.team", c.Mattermost.Team}, {"mattermost.channel", c.Mattermost.Channel},
		{"public_url", c.PublicURL}, {"THBOT_MATTERMOST_TOKEN", c.secrets["MATTERMOST_TOKEN"]},
	})
}

func (p *program) connectMattermost(secret []byte, client *http.Client) (chat.Server, error) {
	c := p.config.Mattermost
	return mattermost.New(mattermost.Config{
		URL: c.URL, Team: c.Team, Channel: c.Channel,
		Token: p.config.secrets["MATTERMOST_TOKEN"], CommandToken: p.config.secrets["MATTERMOST_COMMAND_TOKEN"],
		PublicURL: p.config.PublicURL, Secret: secret, HTTP: client, Now: p.now, Log: p.log,
	})
}

// setting is a key of the configuration with its value.
type setting struct{ key, value string }

// lacking names the settings that are empty.
func lacking(all []setting) (keys []string) {
	for _, s := range all {
		if strings.TrimSpace(s.value) == "" {
			keys = append(keys, s.key)
		}
	}
	return keys
}

// configured gives the chats whose section is on, and refuses one that lacks
// a setting.
func (p *program) configured() ([]platform, error) {
	var on []platform
	for _, c := range platforms() {
		if !p.config.on[c.name] {
			continue
		}
		if lacks := c.lacks(p.config); len(lacks) > 0 {
			return nil, fault.New(fault.Invalid, "The section [%s] is on, and lacks %s. Secrets come from the environment, or from a file named by …_FILE.", c.name, strings.Join(lacks, ", "))
		}
		on = append(on, c)
	}
	return on, nil
}

// connect makes the adapters of the configured chats. Nothing is connected
// yet.
func (p *program) connect(on []platform, secret []byte) ([]chat.Server, error) {
	client, err := outgoing(p.config.CAFile)
	if err != nil {
		return nil, err
	}
	var all []chat.Server
	for _, c := range on {
		s, err := c.connect(p, secret, client)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}
