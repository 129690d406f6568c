package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"thbot/commands"
	"thbot/commands/lexicon"
	"thbot/commands/overlap"
	"thbot/store"
	"thbot/store/bolt"
	"thbot/store/fault"
	"thbot/store/statement"
)

// openDriver opens the store that the configuration names.
func (p *program) openDriver() (store.Driver, error) {
	path, err := p.storePath()
	if err != nil {
		return nil, err
	}
	if err := p.heldBy(path); err != nil {
		return nil, err
	}
	d, err := bolt.Open(path)
	if err != nil || p.unsure == nil {
		return d, err
	}
	return &watched{d, p.unsure}, nil
}

// watched is a driver that tells of a commit whose outcome is not known: then
// the process has to stop and start again.
type watched struct {
	store.Driver
	unsure func(error)
}

// Update implements store.Driver.
func (w *watched) Update(ctx context.Context, scope store.Scope, f func(store.Tx) error) error {
	err := w.Driver.Update(ctx, scope, f)
	if fault.Is(err, fault.Unsure) {
		w.unsure(err)
	}
	return err
}

// storePath gives the store's file, and refuses a store that names none. What
// stands after the scheme may hold a password, so it is not repeated.
func (p *program) storePath() (string, error) {
	path, ok := p.boltPath()
	if ok && path != "" {
		return path, nil
	}
	scheme, _, hasScheme := strings.Cut(p.config.Store, ":")
	f := fault.New(fault.Invalid, "`store` has to name a file, after `bolt:`.").WithTry(`store = "bolt:thbot.db"`)
	switch {
	case hasScheme && !ok:
		f.What = fmt.Sprintf("`store` begins with `%s:`, and this thbot knows `bolt:` only.", scheme)
	case !hasScheme && p.config.Store != "":
		f.WithTry(`store = "bolt:%s"`, p.config.Store)
	}
	return "", f
}

// boltPath gives the file of a bbolt store.
func (p *program) boltPath() (string, bool) { return strings.CutPrefix(p.config.Store, "bolt:") }

// storeFolder is where the store's files lie.
func (p *program) storeFolder() string {
	if path, ok := p.boltPath(); ok {
		return filepath.Dir(path)
	}
	return "."
}

// openStore opens the register, and refuses a catalogue that lacks what its
// records use.
func (p *program) openStore(ctx context.Context, catalogue *statement.Catalogue) (*store.Store, error) {
	d, err := p.openDriver()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	var lacks []string
	err = s.View(ctx, func(v *store.View) error {
		agencies, commitments, err := v.Used()
		lacks = catalogue.Lacks(agencies, commitments)
		return err
	})
	if err == nil && len(lacks) > 0 {
		err = fault.New(fault.Invalid, "The catalogue lacks what records of this register use: %s. Add them to %s; ids never change.", strings.Join(lacks, ", "), p.config.Catalogue)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// parts is what most subcommands work with.
type parts struct {
	store    *store.Store
	commands *commands.Commands
}

// chats gives what the commands ask of the connected chats, once there is a
// register.
type chats func(*store.Store) (commands.Directory, func() []string, error)

// unconnected is for work beside the chats: their channels go by their names.
func (p *program) unconnected(*store.Store) (commands.Directory, func() []string, error) {
	var channels []string
	for platform, name := range map[string]string{"slack": p.config.Slack.Channel, "mattermost": p.config.Mattermost.Channel} {
		if p.config.on[platform] && name != "" {
			channels = append(channels, platform+"//"+name)
		}
	}
	slices.Sort(channels)
	return nil, func() []string { return channels }, nil
}

// open makes the commands over the configured store.
func (p *program) open(ctx context.Context, connect chats) (*parts, error) {
	catalogue, err := p.catalogue()
	if err != nil {
		return nil, err
	}
	rules, err := p.rules()
	if err != nil {
		return nil, err
	}
	engine, words, err := p.engine()
	if err != nil {
		return nil, err
	}
	s, err := p.openStore(ctx, catalogue)
	if err != nil {
		return nil, err
	}
	directory, channels, err := connect(s)
	if err != nil {
		s.Close()
		return nil, err
	}
	c, err := commands.New(commands.Config{
		Store: s, Catalogue: catalogue, Engine: engine, Lexicon: words, Directory: directory, Channels: channels, Rules: rules, Log: p.log,
	})
	if err != nil {
		s.Close()
		return nil, err
	}
	return &parts{s, c}, nil
}

func (p *program) catalogue() (*statement.Catalogue, error) {
	if p.config.Catalogue == "" {
		return statement.Builtin(), nil
	}
	return statement.Load(p.config.Catalogue)
}

func (p *program) engine() (*overlap.Engine, *lexicon.Lexicon, error) {
	o := p.config.Overlap
	words, err := lexicon.Load(o.Lexicon)
	if err != nil {
		return nil, nil, err
	}
	engine, err := overlap.New(overlap.Options{LexiconFile: o.Lexicon, VectorsFile: o.Vectors, Threshold: o.Threshold})
	return engine, words, err
}

// rules reads the operator's choices.
func (p *program) rules() (r commands.Rules, err error) {
	c := p.config
	if r.Zone, err = time.LoadLocation(c.Timezone); err != nil || c.Timezone == "" || c.Timezone == "Local" { // these two mean the machine's, which nobody sees
		return r, fault.New(fault.Invalid, "`timezone` is %q, which is no time zone.", c.Timezone).WithTry(`timezone = "Europe/Brussels"`)
	}
	for key, d := range map[string]struct {
		value string
		into  *time.Duration
	}{
		"stale_after":      {c.StaleAfter, &r.StaleAfter},
		"overlap.hold":     {c.Overlap.Hold, &r.Hold},
		"overlap.escalate": {c.Overlap.Escalate, &r.Escalate},
	} {
		if *d.into, err = duration(key, d.value); err != nil {
			return r, err
		}
	}
	for _, before := range c.Reminders.Before {
		if _, err := duration("reminders.before", before); err != nil {
			return r, err
		}
	}
	if strings.TrimSpace(c.Digest.Schedule) == "" {
		return r, fault.New(fault.Invalid, "`digest.schedule` is empty; it takes a cron expression.").WithTry(`digest.schedule = "0 9 * * MON"`)
	}
	r.Reminders, r.Digest, r.KeepSilent = c.Reminders.Before, c.Digest.Schedule, !c.Digest.NameSilent
	r.AnyHour = !c.Quiet
	r.ChannelNames = map[string]string{"slack": c.Slack.Channel, "mattermost": c.Mattermost.Channel}
	for platform, allowed := range map[string]bool{"slack": c.Slack.AllowOutsiders, "mattermost": c.Mattermost.AllowOutsiders} {
		if allowed {
			r.Outsiders = append(r.Outsiders, platform)
		}
	}
	if c.Holidays != "" {
		if r.Holidays, err = readHolidays(c.Holidays); err != nil {
			return r, err
		}
	}
	return r, r.Check()
}

// readHolidays reads a list of days, one a line; # begins a comment.
func readHolidays(path string) ([]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.New(fault.NotFound, "The list of holidays %s cannot be read: %s.", path, fault.Reason(err))
	}
	days := []string{}
	for n, text := range strings.Split(string(b), "\n") {
		text, _, _ = strings.Cut(text, "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return nil, fault.New(fault.Invalid, "%s, line %d: %q is no day.", path, n+1, text).WithTry("2026-12-24")
		}
		days = append(days, text)
	}
	return days, nil
}
