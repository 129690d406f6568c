package slack

import (
	"bytes"
	"encoding/json"
	"strings"

	slackgo "github.com/slack-go/slack"
)

// Manifest gives the app's manifest for a mode, as JSON that Slack takes; url
// is where Slack reaches the listener, with HTTP.
func Manifest(mode, url string) ([]byte, error) {
	m := outline()
	if mode == HTTP {
		at := strings.TrimRight(url, "/") + "/slack/"
		m.Features.SlashCommands[0].Url = at + "command"
		m.Settings.Interactivity.RequestUrl = at + "interactive"
		m.Settings.EventSubscriptions.RequestUrl = at + "events"
	} else {
		m.Settings.SocketModeEnabled = true
	}
	return inFull(m)
}

// inFull gives the manifest with what slack-go leaves out, as it is false: the
// direct messages with the bot are not for reading only.
func inFull(m *slackgo.Manifest) ([]byte, error) {
	raw, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	home := all["features"].(map[string]any)["app_home"].(map[string]any)
	home["messages_tab_read_only_enabled"] = false
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err = e.Encode(all)
	return b.Bytes(), err
}

// outline is what the manifest says in either mode.
func outline() *slackgo.Manifest {
	var granted []string
	for _, s := range scopes {
		granted = append(granted, s.name)
	}
	return &slackgo.Manifest{
		Metadata: slackgo.ManifestMetadata{MajorVersion: 1, MinorVersion: 1},
		Display: slackgo.Display{
			Name: "thbot", BackgroundColor: "#1d3557",
			Description:     "Who does what against trafficking in human beings, in ten EU agencies",
			LongDescription: longDescription,
		},
		Features: slackgo.Features{
			AppHome: slackgo.AppHome{HomeTabEnabled: true, MessagesTabEnabled: true},
			BotUser: slackgo.BotUser{DisplayName: "thbot", AlwaysOnline: true},
			Shortcuts: []slackgo.Shortcut{
				{Name: "Record as activity", CallbackID: shortcutRecord, Description: "Record what this message says", Type: slackgo.MessageShortcut},
				{Name: "Record an activity", CallbackID: shortcutNew, Description: "Record what your agency does", Type: slackgo.GlobalShortcut},
			},
			SlashCommands: []slackgo.ManifestSlashCommand{{
				Command: "/" + Command, Description: "What the agencies do against trafficking in human beings",
				UsageHint: "[record | check | update | overlap | coverage | brief | help]", ShouldEscape: true,
			}},
		},
		OAuthConfig: slackgo.OAuthConfig{Scopes: slackgo.OAuthScopes{Bot: granted}},
		Settings: slackgo.Settings{
			Interactivity:      &slackgo.Interactivity{IsEnabled: true},
			EventSubscriptions: &slackgo.EventSubscriptions{BotEvents: []string{"app_home_opened", "message.im"}},
		},
	}
}

const longDescription = "In 2018 the heads of ten EU agencies signed a joint statement against trafficking in human beings: eleven commitments, and in each agency a contact point who keeps the overview. thbot records who does what, says when two agencies may be doing the same work, shows what is covered and what is silent, and prepares the meetings of the EU Anti-Trafficking Coordinator. It answers those on its roster only."
