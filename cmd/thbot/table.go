package main

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"thbot/bot/console"
	"thbot/commands"
	"thbot/store"
	"thbot/store/fault"
)

// table is the program's subcommands, in the order of help.
func table() []subcommand {
	return []subcommand{
		{"console", "[--db FILE] [--as USER] [--at TIME]", "the terminal as the chat; needs nothing else", (*program).console, consoleFlags},
		{"serve", "", "Slack, Mattermost or both, one record for all", (*program).serve, nil},
		{"import", "FILE [--dry-run] [--force] [--source NAME]", "take activities in, from .jsonl, .csv or .xlsx", (*program).importFile, importFlags},
		{"export", "FILE [key:value …]", "write activities out, as .jsonl, .csv, .xlsx or .ics", (*program).exportFile, nil},
		{"backup", "FILE", "write a whole copy of the store to a new file", (*program).backup, nil},
		{"restore", "FILE", "put a backup in the store's place", (*program).restore, nil},
		{"check", "", "look over configuration, store and journal, and say what to mend", (*program).check, nil},
		{"schedule", "", "what will be sent in the next 30 days, and to whom", (*program).schedule, nil},
		{"manifest", "", "the Slack app manifest that fits this configuration", (*program).manifest, nil},
		{"evaluate", "[--activities F --pairs F [--scores F]]", "quality of the overlap flags, as JSON: on labelled files, or on the verdicts in the store", (*program).evaluate, evaluateFlags},
		{"version", "", "the version of this program", (*program).version, nil},
	}
}

// consoleOptions are the flags of console.
type consoleOptions struct{ as, at string }

func consoleFlags(p *program) {
	p.flags.StringVar(&p.consoleOptions.as, "as", "", "begin as this `user`")
	p.flags.StringVar(&p.consoleOptions.at, "at", "", "set the clock of a new store to this `time`, such as 2027-03-01T09:00")
}

func (p *program) console(ctx context.Context) error {
	if err := p.none(); err != nil {
		return err
	}
	at, err := p.consoleTime()
	if err != nil {
		return err
	}
	parts, err := p.open(ctx, theConsole)
	if err != nil {
		return err
	}
	defer parts.store.Close()
	if err := p.noteKeptClock(ctx, parts.store, at); err != nil {
		return err
	}
	return console.Run(ctx, console.Config{
		Commands: parts.commands, In: p.stdin, Out: p.stdout, Terminal: p.terminal,
		As: p.consoleOptions.as, At: at, Now: p.now, Folder: p.storeFolder(),
	})
}

// theConsole is the terminal as the only chat.
func theConsole(*store.Store) (commands.Directory, func() []string, error) {
	return console.Directory{}, func() []string { return []string{console.Channel} }, nil
}

// noteKeptClock says that --at is not followed where the store has a time.
func (p *program) noteKeptClock(ctx context.Context, s *store.Store, at time.Time) error {
	return s.View(ctx, func(v *store.View) error {
		kept, err := v.Clock()
		if err == nil && !at.IsZero() && !kept.IsZero() && !kept.Equal(at) {
			fmt.Fprintln(p.stderr, "thbot console: --at sets the clock of a new store only; this one goes on from where it stands. :at moves it forward.")
		}
		return err
	})
}

func (p *program) consoleTime() (time.Time, error) {
	if p.consoleOptions.at == "" {
		return time.Time{}, nil
	}
	zone, err := time.LoadLocation(p.config.Timezone)
	if err != nil {
		return time.Time{}, err
	}
	if t, ok := console.ParseTime(p.consoleOptions.at, zone); ok {
		return t, nil
	}
	return time.Time{}, usage("--at takes a time such as 2027-03-01T09:00, not %s", p.consoleOptions.at)
}

func (p *program) backup(ctx context.Context) error {
	path, err := p.one("FILE")
	if err != nil {
		return err
	}
	return p.onRegister(ctx, func(ctx context.Context, r *register) error {
		backup := r.store.Backup
		if p.held != nil {
			backup = p.backupToCaller
		}
		if err := backup(ctx, path); err != nil {
			return err
		}
		fmt.Fprintf(p.stderr, "Backup written to %s and read back.\n", path)
		return nil
	})
}

func (p *program) version(context.Context) error {
	if err := p.none(); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "thbot %s, %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// version is this program's, as the build knows it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}

// format gives a file's format by its extension.
func format(path string, known ...string) (string, error) {
	ext := filepath.Ext(path)
	for _, k := range known {
		if strings.EqualFold(ext, "."+k) {
			return k, nil
		}
	}
	return "", fault.New(fault.Invalid, "%s: the extension tells the format, and %q is none of them: .%s.", filepath.Base(path), ext, joinOr(known))
}

func joinOr(words []string) string {
	out := words[0]
	for i, w := range words[1:] {
		if i == len(words)-2 {
			out += " or ." + w
		} else {
			out += ", ." + w
		}
	}
	return out
}
