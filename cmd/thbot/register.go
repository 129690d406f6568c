package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"thbot/cmd/thbot/control"
	"thbot/store/bolt"
	"thbot/store/fault"
)

// register is an open register, and what is connected to it.
type register struct {
	*parts
	serving *serving // nil where it is open for this command alone
	none    bool     // there is no store yet; this one is a stand-in
}

// shared are the subcommands that may run in the process that serves.
var shared = []string{"import", "export", "backup", "check", "schedule", "evaluate"}

// onRegister runs a subcommand's work on the configured register: here or,
// where thbot serve holds it, in that process. There the same subcommand runs
// with the same command line, and comes here again, with the register in
// hand: so its arguments are looked at before onRegister, and its files opened
// within.
func (p *program) onRegister(ctx context.Context, work func(ctx context.Context, r *register) error) error {
	if p.held != nil {
		return work(ctx, p.held)
	}
	if conn := p.server(); conn != nil {
		defer conn.Close()
		status, err := conn.Run(ctx, control.Call{
			Args: p.args, Progress: p.progress, Stdout: p.stdout, Stderr: p.stderr, Files: p.files,
		})
		if err == nil && status != 0 {
			err = exitStatus(status)
		}
		return err
	}
	if err := p.there(); err != nil {
		return err
	}
	parts, err := p.open(ctx, p.unconnected)
	if err != nil {
		return err
	}
	defer parts.store.Close()
	return work(ctx, &register{parts: parts})
}

// beginners are the subcommands that make a store where there is none; what
// check makes is gone when it ends.
var beginners = []string{"import", "check"}

// there refuses a store that does not exist to all that only reads: a wrong
// folder would otherwise be answered with an empty export or backup.
func (p *program) there() error {
	if slices.Contains(beginners, p.args[0]) || !p.missing() {
		return nil
	}
	path, _ := p.boltPath()
	return fault.New(fault.NotFound, "There is no store %s. `--db FILE` or `store` in thbot.toml names another; thbot serve, console or import begins a new one.", path)
}

// missing tells whether the store's file is not there, in a folder that is.
func (p *program) missing() bool {
	path, ok := p.boltPath()
	if !ok || path == "" {
		return false
	}
	_, err := os.Stat(path)
	folder, ferr := os.Stat(filepath.Dir(path))
	return errors.Is(err, os.ErrNotExist) && ferr == nil && folder.IsDir()
}

// exitStatus is a failure that was said at the other end.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("ended with status %d", int(s)) }

// socket is the control socket's path, beside the store unless it is absolute;
// "" where there is none.
func (p *program) socket() string {
	store, ok := p.boltPath()
	if !ok || p.config.Control == "" {
		return ""
	}
	if filepath.IsAbs(p.config.Control) {
		return p.config.Control
	}
	return filepath.Join(filepath.Dir(realPath(store)), p.config.Control)
}

// realPath follows links; the same file has one real path for everybody.
func realPath(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// server connects to the process that serves the configured store, or gives
// nil where none does.
func (p *program) server() *control.Conn {
	path := p.socket()
	if path == "" {
		return nil
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeSocket == 0 {
		return nil
	}
	conn, err := control.Dial(path)
	if err != nil {
		return nil // a crash left it
	}
	if store, _ := p.boltPath(); conn.Hello.Store != realPath(store) {
		conn.Close()
		return nil // it stands for another store
	}
	return conn
}

// heldBy refuses at once where a process that serves has the store: its lock
// would only be waited for.
func (p *program) heldBy(path string) error {
	conn := p.server()
	if conn == nil {
		return nil
	}
	defer conn.Close()
	holder := &bolt.Held{Path: path, PID: conn.Hello.PID, Command: "thbot serve"}
	f := fault.New(fault.Busy, "The store %s. One process at a time can have it open.", holder)
	f.Err = holder
	return f
}

// control takes the control socket, where there is one.
func (s *serving) control() error {
	path := s.socket()
	if path == "" {
		return nil
	}
	l, err := control.Listen(path)
	if err != nil {
		return err
	}
	store, _ := s.boltPath()
	s.controls = control.NewServer(l, control.Hello{Store: realPath(store), PID: os.Getpid(), Version: version()}, s.take)
	return nil
}

// take runs a command that came in over the control socket.
func (s *serving) take(ctx context.Context, r *control.Run) int {
	p := &program{
		stdin: strings.NewReader(""), stdout: r.Stdout, stderr: r.Stderr, now: s.now,
		progress: r.Progress, files: r.Files, held: &register{parts: s.parts, serving: s}, config: s.config, log: s.log,
	}
	if len(r.Args) == 0 || !slices.Contains(shared, r.Args[0]) {
		fmt.Fprintln(r.Stderr, "thbot: this does not run where thbot serves.")
		return 2
	}
	s.log.Info("a command of the command line runs", "subcommand", r.Args[0])
	status := p.run(ctx, r.Args)
	s.log.Info("a command of the command line ended", "subcommand", r.Args[0], "status", status)
	s.bot.Look()
	return status
}
