// Package commands is what people can ask of thbot: one file a subcommand,
// and the words that all chats share (Request, Reply, Message, Form).
//
// A Request comes in, verified and decoded by an adapter. The command reads
// and changes the store in one transaction and answers with a Reply, which
// the adapter renders. What goes to other people is planned in the outbox in
// that same transaction; Build makes its text when it is due.
//
// Promises: Handle always answers, never panics on input, and says "recorded"
// only after the commit. Rights are checked again inside the transaction.
// Nothing here knows which chat it speaks through: Surface says what it can
// show.
//
// Limits: English only. Texts of people are never logged.
package commands

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"thbot/commands/lexicon"
	"thbot/commands/overlap"
	"thbot/store"
	"thbot/store/statement"
)

// Commands answers requests on one register. It is safe for concurrent use.
type Commands struct {
	store     *store.Store
	catalogue *statement.Catalogue
	engine    *overlap.Engine
	lexicon   *lexicon.Lexicon
	directory Directory
	rules     Rules
	channels  func() []string
	log       *slog.Logger
	table     []subcommand

	following sync.Mutex
	index     *overlap.Index
	indexed   int64 // the journal's sequence up to which index has read
}

// Config is what Commands needs. Store is required; nil elsewhere takes what
// the comment says.
type Config struct {
	Store     *store.Store
	Catalogue *statement.Catalogue // nil: the built-in statement
	Engine    *overlap.Engine      // nil: the built-in one
	Lexicon   *lexicon.Lexicon     // nil: the built-in one
	Directory Directory            // nil: no account can be looked up
	Rules     Rules
	Channels  func() []string // destinations of the digest as far as they are known by now; nil: those of Rules
	Log       *slog.Logger    // nil: nothing is logged
}

// Directory looks accounts up in the connected chats.
type Directory interface {
	// Resolve finds an account by a name as people type it, "@jane" in the
	// chat of the near account, or "mattermost:jane" in another. It returns
	// a fault NotFound where there is none, and Refused where the account
	// cannot be on a roster.
	Resolve(ctx context.Context, near store.AccountID, name string) (store.Account, error)
}

// Rules are the operator's choices. The zero value of a field takes the
// default of the contract's section 5.
type Rules struct {
	Zone         *time.Location    // Europe/Brussels
	StaleAfter   time.Duration     // 90 days
	Hold         time.Duration     // 10 minutes; before the other agency is told
	Escalate     time.Duration     // 10 days; then an overlap stands in the coordinators' list
	KeepSilent   bool              // never name a silent agency in the digest
	Digest       string            // cron expression, "0 9 * * MON"
	Reminders    []string          // "14d", "3d", "2h"
	Channels     []string          // destinations of the digest, such as slack/T1/C1
	ChannelNames map[string]string // by platform, as people know them; their ids where there is none
	AnyHour      bool              // direct messages also go at night and at weekends
	Outsiders    []string          // platforms whose channel gets totals where outsiders read along; on the others it then gets nothing
	Holidays     []string          // 2026-12-24 …; nil: the EU institutions'
}

const day = 24 * time.Hour

func (r Rules) withDefaults() Rules {
	if r.Zone == nil {
		r.Zone = brussels()
	}
	if r.StaleAfter == 0 {
		r.StaleAfter = 90 * day
	}
	if r.Hold == 0 {
		r.Hold = 10 * time.Minute
	}
	if r.Escalate == 0 {
		r.Escalate = 10 * day
	}
	if r.Digest == "" {
		r.Digest = "0 9 * * MON"
	}
	if r.Reminders == nil {
		r.Reminders = []string{"14d", "3d", "2h"}
	}
	return r
}

func brussels() *time.Location {
	loc, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		return time.UTC // only without time zone data, which cmd embeds
	}
	return loc
}

// New makes the commands. The overlap index is built at the first use, or by
// Warm.
func New(cfg Config) (*Commands, error) {
	c := &Commands{
		store: cfg.Store, catalogue: cfg.Catalogue, engine: cfg.Engine, lexicon: cfg.Lexicon,
		directory: cfg.Directory, rules: cfg.Rules.withDefaults(), channels: cfg.Channels, log: cfg.Log,
	}
	if c.channels == nil {
		c.channels = func() []string { return c.rules.Channels }
	}
	if c.catalogue == nil {
		c.catalogue = statement.Builtin()
	}
	if c.lexicon == nil {
		c.lexicon = lexicon.Builtin()
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.engine == nil {
		engine, err := overlap.New(overlap.Options{})
		if err != nil {
			return nil, err
		}
		c.engine = engine
	}
	c.index = c.engine.NewIndex()
	c.table = subcommands()
	return c, nil
}

// Rules gives the rules in force, defaults filled in.
func (c *Commands) Rules() Rules { return c.rules }

// Store gives the register.
func (c *Commands) Store() *store.Store { return c.store }

// Catalogue gives the statement in force.
func (c *Commands) Catalogue() *statement.Catalogue { return c.catalogue }

// Warm builds the overlap index, so that the first check does not wait.
func (c *Commands) Warm(ctx context.Context) error {
	return c.store.View(ctx, c.follow)
}

// Study looks once at every activity beside the others, so that later checks
// have less to do, and again after much has changed, such as by an import. It
// takes about two seconds for 10,000 activities and over a minute for 100,000,
// beside other work and after it, and returns when ctx ends.
func (c *Commands) Study(ctx context.Context) { c.index.KeepStudied(ctx) }
