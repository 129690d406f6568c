package main

import (
	"context"
	"strings"

	"thbot/bot/slack"
	"thbot/store/fault"
)

// manifest prints the Slack app's manifest for this configuration. It opens no
// store and needs no token: it is what an app is made from.
func (p *program) manifest(context.Context) error {
	if err := p.none(); err != nil {
		return err
	}
	if p.config.Slack.Mode == slack.HTTP && !strings.HasPrefix(p.config.PublicURL, "https://") {
		return fault.New(fault.Invalid, "By HTTP, Slack delivers to an https address, and `public_url` is %q. Set it, or leave mode out: Socket Mode needs no address.", p.config.PublicURL).
			WithTry(`public_url = "https://thbot.example.eu"`)
	}
	text, err := slack.Manifest(p.config.Slack.Mode, p.config.PublicURL)
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(text)
	return err
}
