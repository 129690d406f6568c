package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"thbot/commands"
	"thbot/store"
	"thbot/store/bolt"
)

// importOptions are the flags of import.
type importOptions struct {
	dryRun, force bool
	source        string
}

func importFlags(p *program) {
	p.flags.BoolVar(&p.importOptions.dryRun, "dry-run", false, "say what would happen, and store nothing")
	p.flags.BoolVar(&p.importOptions.force, "force", false, "take the file's value where a field was changed in chat since")
	p.flags.StringVar(&p.importOptions.source, "source", "", "the `name` under which rows without a source are known; else the file's")
}

func (p *program) importFile(ctx context.Context) error {
	path, err := p.one("FILE")
	if err != nil {
		return err
	}
	kind, err := format(path, "jsonl", "csv", "xlsx")
	if err != nil {
		return err
	}
	return p.onRegister(ctx, func(ctx context.Context, r *register) error { return p.importInto(ctx, r, path, kind) })
}

func (p *program) importInto(ctx context.Context, r *register, path, kind string) error {
	file, err := p.files.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	now, err := p.storeTime(ctx, r.store)
	if err != nil {
		return err
	}
	done, show := p.showProgress()
	report, err := r.commands.Import(ctx, bufio.NewReaderSize(file, 256<<10), commands.ImportOptions{
		Format: kind, Name: filepath.Base(path), Source: p.importOptions.source,
		DryRun: p.importOptions.dryRun, Force: p.importOptions.force, Now: now, Progress: show,
	})
	done()
	if report != nil {
		fmt.Fprint(p.stdout, report.Text())
	}
	if err == nil && len(report.Bad) > 0 {
		return errSaid
	}
	return err
}

// storeTime is the time by which a store is read and changed: a console store
// keeps its own.
func (p *program) storeTime(ctx context.Context, s *store.Store) (time.Time, error) {
	now := p.now()
	if p.held != nil {
		return now, nil // who serves goes by the time on the wall
	}
	err := s.View(ctx, func(v *store.View) error {
		clock, err := v.Clock()
		if !clock.IsZero() {
			now = clock
		}
		return err
	})
	return now, err
}

// progressEvery is how often a terminal is written to, which may be at the
// other end of a socket.
const progressEvery = 50 * time.Millisecond

// showProgress gives a function that shows how far long work has come, on a
// terminal only, and one that ends the line.
func (p *program) showProgress() (done func(), show func(what string, n, of int)) {
	if !p.progress {
		return func() {}, nil
	}
	var last time.Time
	shown, waiting := false, "" // the line that was not written yet
	write := func(line string) {
		shown, waiting, last = true, "", time.Now()
		fmt.Fprint(p.stderr, "\r\x1b[K"+line)
	}
	done = func() {
		if waiting != "" {
			write(waiting)
		}
		if shown {
			fmt.Fprintln(p.stderr)
		}
	}
	return done, func(what string, n, of int) {
		waiting = fmt.Sprintf("%s: %d of %d", what, n, of)
		if time.Since(last) >= progressEvery {
			write(waiting)
		}
	}
}

func (p *program) exportFile(ctx context.Context) error {
	if p.flags.NArg() == 0 {
		return usage("it takes a FILE")
	}
	path := p.flags.Arg(0)
	kind, err := format(path, "jsonl", "csv", "xlsx", "ics")
	if err != nil {
		return err
	}
	return p.onRegister(ctx, func(ctx context.Context, r *register) error { return p.exportFrom(ctx, r, path, kind) })
}

func (p *program) exportFrom(ctx context.Context, r *register, path, kind string) error {
	now, err := p.storeTime(ctx, r.store)
	if err != nil {
		return err
	}
	n := 0
	err = p.write(path, func(f io.Writer) error {
		w := bufio.NewWriterSize(f, 256<<10)
		if n, err = r.commands.Export(ctx, w, kind, strings.Join(p.flags.Args()[1:], " "), now); err != nil {
			return err
		}
		return w.Flush()
	})
	if err != nil {
		return err
	}
	activities := "activities"
	if n == 1 {
		activities = "activity"
	}
	fmt.Fprintf(p.stderr, "%d %s written to %s.\n", n, activities, path)
	return nil
}

func (p *program) restore(ctx context.Context) error {
	from, err := p.one("FILE")
	if err != nil {
		return err
	}
	to, ok := p.boltPath()
	if !ok {
		return usage("it restores bbolt stores; for PostgreSQL use the database's own tools")
	}
	if err := bolt.Restore(ctx, from, to); err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "%s now holds the backup %s.\n", to, from)
	return nil
}
