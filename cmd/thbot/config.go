package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"thbot/commands/when"
	"thbot/store/fault"
	"thbot/store/fault/badtoml"
)

// config is thbot.toml, with the environment laid over it. The meaning of each
// key stands in the README.
type config struct {
	Store       string `toml:"store"`
	Control     string `toml:"control"`
	Timezone    string `toml:"timezone"`
	Listen      string `toml:"listen"`
	AdminListen string `toml:"admin_listen"`
	PublicURL   string `toml:"public_url"`
	Catalogue   string `toml:"catalogue"`
	CAFile      string `toml:"ca_file"`
	StaleAfter  string `toml:"stale_after"`
	Holidays    string `toml:"holidays"`
	Quiet       bool   `toml:"quiet"`
	TLSCert     string `toml:"tls_cert"`
	TLSKey      string `toml:"tls_key"`

	Slack struct {
		Mode           string `toml:"mode"`
		Channel        string `toml:"channel"`
		AllowOutsiders bool   `toml:"allow_outsiders"`
		APIURL         string `toml:"api_url"`
	} `toml:"slack"`
	Mattermost struct {
		URL            string `toml:"url"`
		Team           string `toml:"team"`
		Channel        string `toml:"channel"`
		AllowOutsiders bool   `toml:"allow_outsiders"`
	} `toml:"mattermost"`
	Roles struct {
		Admins       []string `toml:"admins"`
		Coordinators []string `toml:"coordinators"`
	} `toml:"roles"`
	Contacts []contact `toml:"contacts"`
	Digest   struct {
		Schedule   string `toml:"schedule"`
		NameSilent bool   `toml:"name_silent"`
	} `toml:"digest"`
	Reminders struct {
		Before []string `toml:"before"`
	} `toml:"reminders"`
	Overlap struct {
		Threshold float64 `toml:"threshold"`
		Hold      string  `toml:"hold"`
		Escalate  string  `toml:"escalate"`
		Lexicon   string  `toml:"lexicon"`
		Vectors   string  `toml:"vectors"`
	} `toml:"overlap"`

	secrets map[string]string // by name, such as STORE_PASSWORD
	on      map[string]bool   // sections of which a key or a secret is set, by name
}

// contact is one [[contacts]] of the file.
type contact struct {
	Agency string `toml:"agency"`
	User   string `toml:"user"`
}

// secretNames are read from THBOT_NAME or from the file THBOT_NAME_FILE.
var secretNames = []string{
	"STORE_PASSWORD", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET",
	"MATTERMOST_TOKEN", "MATTERMOST_COMMAND_TOKEN",
}

// testNames are read by thbot's own tests.
var testNames = []string{"REAL"}

func defaults() *config {
	c := &config{on: map[string]bool{}}
	c.Store, c.Control, c.Timezone = "bolt:thbot.db", "thbot.sock", "Europe/Brussels"
	c.Listen, c.AdminListen, c.StaleAfter = "127.0.0.1:8080", "127.0.0.1:9090", "90d"
	c.Quiet = true
	c.Digest.Schedule, c.Digest.NameSilent = "0 9 * * MON", true
	c.Reminders.Before = []string{"14d", "3d", "2h"}
	c.Overlap.Hold, c.Overlap.Escalate = "10m", "10d"
	return c
}

// readConfig reads the file, if path is not empty, and the environment. All
// that is wrong is named at once.
func readConfig(path string, environ []string) (*config, error) {
	c := defaults()
	if path != "" {
		if err := c.readFile(path); err != nil {
			return nil, err
		}
	}
	var wrong []string
	env := map[string]string{}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if name, ours := strings.CutPrefix(name, "THBOT_"); ours {
			env[name] = value
		}
	}
	for name := range env {
		section, _, _ := strings.Cut(name, "_")
		c.on[strings.ToLower(section)] = true
	}
	wrong = append(wrong, c.readSecrets(env)...)
	wrong = append(wrong, overlay(reflect.ValueOf(c).Elem(), "", env)...)
	for name := range env {
		if !slices.Contains(testNames, name) {
			wrong = append(wrong, "there is no setting THBOT_"+name)
		}
	}
	if c.Slack.Mode != "" && c.Slack.Mode != "socket" && c.Slack.Mode != "http" {
		wrong = append(wrong, fmt.Sprintf("slack.mode is %q, and can be socket or http", c.Slack.Mode))
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return nil, fault.New(fault.Invalid, "The configuration cannot be used: %s.", strings.Join(wrong, "; "))
	}
	return c, nil
}

func (c *config) readFile(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return fault.New(fault.NotFound, "The configuration file %s cannot be read: %s.", path, fault.Reason(err))
	}
	d := toml.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err = d.Decode(c)
	var strict *toml.StrictMissingError
	switch {
	case errors.As(err, &strict):
		keys := make([]string, len(strict.Errors))
		for i, e := range strict.Errors {
			keys[i] = strings.Join(e.Key(), ".")
		}
		return fault.New(fault.Invalid, "%s has settings that thbot does not know: %s. Secrets stand in the environment, never in the file.", path, strings.Join(keys, ", "))
	case err != nil:
		return fault.New(fault.Invalid, "%s, %s.", path, badtoml.Reason(err))
	}
	var sections map[string]any
	if err := toml.Unmarshal(b, &sections); err != nil {
		return fault.New(fault.Invalid, "%s: %s.", path, err)
	}
	for name, value := range sections {
		if keys, isSection := value.(map[string]any); isSection && len(keys) > 0 {
			c.on[name] = true
		}
	}
	return nil
}

// readSecrets takes the secrets out of the environment's names.
func (c *config) readSecrets(env map[string]string) (wrong []string) {
	c.secrets = map[string]string{}
	for _, name := range secretNames {
		value, direct := env[name]
		file, byFile := env[name+"_FILE"]
		delete(env, name)
		delete(env, name+"_FILE")
		switch {
		case direct && byFile:
			wrong = append(wrong, fmt.Sprintf("both THBOT_%s and THBOT_%s_FILE are set; keep one", name, name))
		case byFile:
			b, err := os.ReadFile(file)
			if err != nil {
				wrong = append(wrong, fmt.Sprintf("the file of THBOT_%s_FILE cannot be read (%s)", name, fault.Reason(err)))
				continue
			}
			c.secrets[name] = strings.TrimRight(string(b), "\r\n")
		case direct:
			c.secrets[name] = value
		}
	}
	return wrong
}

// overlay sets each field that the environment names, and removes the name.
func overlay(v reflect.Value, prefix string, env map[string]string) (wrong []string) {
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag.Get("toml")
		if tag == "" || tag == "contacts" {
			continue
		}
		name := prefix + strings.ToUpper(tag)
		field := v.Field(i)
		if field.Kind() == reflect.Struct {
			wrong = append(wrong, overlay(field, name+"_", env)...)
			continue
		}
		value, set := env[name]
		if !set {
			continue
		}
		delete(env, name)
		if err := setField(field, value); err != nil {
			wrong = append(wrong, fmt.Sprintf("THBOT_%s is %s", name, err))
		}
	}
	return wrong
}

func setField(field reflect.Value, value string) error {
	switch field.Kind() {
	case reflect.String:
		field.SetString(value)
	case reflect.Bool:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return errors.New("neither true nor false")
		}
		field.SetBool(b)
	case reflect.Float64:
		f, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return errors.New("no number")
		}
		field.SetFloat(f)
	case reflect.Slice:
		list := []string{} // an empty one says none, as [] does in the file
		for part := range strings.SplitSeq(value, ",") {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, part)
			}
		}
		field.Set(reflect.ValueOf(list))
	}
	return nil
}

// duration reads a length of time such as 90d, 2w, 10m, or in seconds, which
// people have no need for and trials do: 30s.
func duration(key, value string) (time.Duration, error) {
	if d, err := time.ParseDuration(value); err == nil && d > 0 && d < time.Minute {
		return d, nil
	}
	d, err := when.Duration(value)
	if err != nil {
		return 0, fault.New(fault.Invalid, "`%s` is %q; it takes a length of time.", key, value).WithTry(`%s = "10d"`, key)
	}
	return d, nil
}
