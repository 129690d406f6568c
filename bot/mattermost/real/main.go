// Command real runs a real Mattermost server for tests, with a PostgreSQL of
// its own, on loopback ports and in a temporary folder.
//
// It builds the server from its Go module, fills it with a team, a private
// channel, people and a bot account, and writes one line of JSON that says
// where all is (see World). Then it takes lines: "stop" and "start" stop and
// start the server, each answered with a line. At the end of its input it
// stops everything and removes the folder.
//
// Limits. It needs Go, the module proxy for the first build, and PostgreSQL's
// initdb and postgres as Debian packages them. Started as root it runs the
// database as the user postgres, since that refuses root. The server wants a
// licence for making guest accounts: these are made in the database.
//
// The module is apart from thbot's own, so that the server's dependencies
// stay out of it. Its version is the oldest that thbot supports.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ca := flag.String("ca", "", "certificate in PEM form that the server is to trust, alone; none: the system's")
	flag.Parse()
	if err := run(ctx, *ca); err != nil {
		fmt.Fprintln(os.Stderr, "real:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, ca string) (err error) {
	folder, err := os.MkdirTemp("", "thbot-real-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if err := os.Chmod(folder, 0o755); err != nil { // the database's user has to pass
		return err
	}
	db, err := startPostgres(ctx, filepath.Join(folder, "postgres"))
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	defer func() { err = errors.Join(err, db.stop()) }()
	s, err := newServer(ctx, filepath.Join(folder, "mattermost"), db.source())
	if err != nil {
		return fmt.Errorf("build Mattermost: %w", err)
	}
	if ca != "" {
		s.env = append(s.env, "SSL_CERT_FILE="+ca, "SSL_CERT_DIR="+folder)
	}
	if err := s.start(ctx); err != nil {
		return fmt.Errorf("start Mattermost: %w", err)
	}
	defer s.stop()
	world, err := populate(ctx, s.url)
	if err != nil {
		return fmt.Errorf("fill Mattermost: %w", err)
	}
	world.Log = s.log
	s.stop()
	if err := demote(ctx, db); err != nil {
		return fmt.Errorf("make guest accounts: %w", err)
	}
	if err := s.start(ctx); err != nil {
		return fmt.Errorf("start Mattermost again: %w", err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(world); err != nil {
		return err
	}
	return obey(ctx, s)
}

// obey takes orders until the end of the input.
func obey(ctx context.Context, s *server) error {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			lines <- in.Text()
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case line, open := <-lines:
			if !open {
				return nil
			}
			if err := do(ctx, s, line); err != nil {
				return fmt.Errorf("%s: %w", line, err)
			}
			fmt.Println("done", line)
		}
	}
}

func do(ctx context.Context, s *server, order string) error {
	switch order {
	case "stop":
		s.stop()
		return nil
	case "start":
		return s.start(ctx)
	}
	return errors.New("unknown order; there are stop and start")
}
