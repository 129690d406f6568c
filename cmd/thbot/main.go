// Command thbot is the bot of the contact points of the EU agencies' joint
// statement against trafficking in human beings.
//
// This package parses flags and configuration, wires the parts, runs and
// stops them. No rule of the register lives here.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // the zones of the seats, also where the system has none

	"golang.org/x/term"

	"thbot/cmd/thbot/control"
	"thbot/store/fault"
)

func main() { os.Exit(Main()) }

// Main runs the program on the process's own input and output, and gives the
// exit status.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	p := &program{
		environ: os.Environ(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, now: time.Now,
		terminal: term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd())),
		progress: term.IsTerminal(int(os.Stderr.Fd())),
	}
	return p.run(ctx, os.Args[1:])
}

// program is one run of thbot.
type program struct {
	environ  []string
	stdin    io.Reader
	stdout   io.Writer
	stderr   io.Writer
	now      func() time.Time
	terminal bool // input and output are a terminal
	progress bool // standard error is a terminal

	args   []string      // the whole command line, from the subcommand on
	files  control.Files // where files are read and written; nil: the disk
	held   *register     // open already, in a process that serves; nil: none
	flags  *flag.FlagSet
	shared sharedFlags

	consoleOptions  consoleOptions
	importOptions   importOptions
	evaluateOptions evaluateOptions

	config *config
	log    *slog.Logger
	unsure func(error) // told of a commit whose outcome is not known; nil: nobody
}

// sharedFlags go with every subcommand that opens the store.
type sharedFlags struct {
	config, store, db string
	logJSON           bool
}

// subcommand is one word after thbot.
type subcommand struct {
	name, args, brief string
	run               func(p *program, ctx context.Context) error
	flags             func(p *program)
}

// errUsage is a wrong use of the command line: exit status 2.
type errUsage struct{ text string }

func (e *errUsage) Error() string { return e.text }

func usage(format string, args ...any) error { return &errUsage{fmt.Sprintf(format, args...)} }

// run runs the subcommand and says what went wrong: 0 done, 1 failed, 2 wrong
// usage.
func (p *program) run(ctx context.Context, args []string) int {
	if len(args) > 1 && args[0] == "help" {
		args = []string{args[1], "--help"}
	}
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		p.help(p.stdout)
		if len(args) == 0 {
			return 2
		}
		return 0
	}
	p.args = args
	sub := find(args[0])
	if sub == nil {
		fmt.Fprintf(p.stderr, "thbot: there is no subcommand %s. thbot help lists them.\n", args[0])
		return 2
	}
	if err := p.parse(sub, args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return p.failed(sub, err)
	}
	if err := sub.run(p, ctx); err != nil {
		return p.failed(sub, err)
	}
	return 0
}

func find(name string) *subcommand {
	for _, s := range table() {
		if s.name == name {
			return &s
		}
	}
	return nil
}

// parse reads flags, which may stand before or after the other arguments, and
// the configuration.
func (p *program) parse(sub *subcommand, args []string) error {
	p.flags = flag.NewFlagSet("thbot "+sub.name, flag.ContinueOnError)
	p.flags.SetOutput(io.Discard)
	p.flags.StringVar(&p.shared.config, "config", "", "configuration `file`")
	p.flags.StringVar(&p.shared.store, "store", "", "`URL` of the store, such as bolt:thbot.db")
	p.flags.StringVar(&p.shared.db, "db", "", "short for --store bolt:`FILE`")
	p.flags.BoolVar(&p.shared.logJSON, "log-json", false, "write the log as JSON")
	if sub.flags != nil {
		sub.flags(p)
	}
	if sub.name == "evaluate" {
		args = withoutBareStore(args)
	}
	var rest []string
	for {
		if err := p.flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				p.helpFor(sub)
				return err
			}
			return usage("%s", err)
		}
		if args = p.flags.Args(); len(args) == 0 {
			break
		}
		rest, args = append(rest, args[0]), args[1:]
	}
	p.flags.Parse(append([]string{"--"}, rest...))
	if err := p.empty("config", "store", "db"); err != nil {
		return err
	}
	if p.held != nil || sub.name == "version" {
		return nil // the serving process has its configuration; the version needs none
	}
	return p.configure()
}

// empty refuses a flag that is given without a value, as by a script whose
// variable is not set: what it leaves out would quietly be something else.
func (p *program) empty(names ...string) (err error) {
	p.flags.Visit(func(f *flag.Flag) {
		if err == nil && f.Value.String() == "" && slices.Contains(names, f.Name) {
			err = usage("--%s is empty", f.Name)
		}
	})
	return err
}

func (p *program) configure() error {
	if p.shared.logJSON {
		p.log = slog.New(slog.NewJSONHandler(p.stderr, nil))
	} else {
		p.log = slog.New(slog.NewTextHandler(p.stderr, nil))
	}
	var err error
	if p.config, err = readConfig(configPath(p.shared.config), p.environ); err != nil {
		return err
	}
	if p.shared.db != "" && p.shared.store != "" {
		return usage("--db is short for --store bolt:…; give one of the two")
	}
	if p.shared.db != "" {
		p.config.Store = "bolt:" + p.shared.db
	}
	if p.shared.store != "" {
		p.config.Store = p.shared.store
	}
	if p.files == nil {
		path, _ := p.boltPath()
		p.files = disk{path}
	}
	return nil
}

// configPath is the file that --config names, else thbot.toml where there is
// one in the working folder.
func configPath(named string) string {
	if named != "" {
		return named
	}
	if _, err := os.Stat("thbot.toml"); err == nil {
		return "thbot.toml"
	}
	return ""
}

// one gives the only argument.
func (p *program) one(what string) (string, error) {
	if p.flags.NArg() != 1 {
		return "", usage("it takes one %s", what)
	}
	return p.flags.Arg(0), nil
}

// none refuses arguments.
func (p *program) none() error {
	if p.flags.NArg() > 0 {
		return usage("it takes no %s", p.flags.Arg(0))
	}
	return nil
}

// failed says an error on standard error and gives the exit status.
func (p *program) failed(sub *subcommand, err error) int {
	var wrong *errUsage
	if errors.As(err, &wrong) {
		fmt.Fprintf(p.stderr, "thbot %s: %s. Use: thbot %s %s\n", sub.name, wrong.text, sub.name, sub.args)
		return 2
	}
	if errors.Is(err, errSaid) {
		return 1
	}
	var there exitStatus
	if errors.As(err, &there) {
		return int(there)
	}
	if errors.Is(err, context.Canceled) && fault.As(err) == nil {
		fmt.Fprintf(p.stderr, "thbot %s: stopped before it was done.\n", sub.name)
		return 1
	}
	if f := fault.As(err); f != nil {
		fmt.Fprintf(p.stderr, "thbot %s: %s\n", sub.name, f.What)
		if f.Try != "" {
			fmt.Fprintf(p.stderr, "Try: %s\n", f.Try)
		}
		return 1
	}
	fmt.Fprintf(p.stderr, "thbot %s: %v\n", sub.name, err)
	return 1
}

// errSaid is a failure that was said already: only the exit status is left.
var errSaid = errors.New("already said")

func (p *program) help(w io.Writer) {
	fmt.Fprintln(w, "thbot keeps the overview of who does what against trafficking in human beings.")
	fmt.Fprintln(w)
	for _, s := range table() {
		fmt.Fprintf(w, "  %-34s %s\n", strings.TrimSpace("thbot "+s.name+" "+s.args), s.brief)
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, "With all that open the store: --config FILE, --store URL, --db FILE.")
	fmt.Fprintln(w, "To try it out: thbot console")
}

func (p *program) helpFor(s *subcommand) {
	fmt.Fprintf(p.stdout, "thbot %s %s\n%s\n", s.name, s.args, s.brief)
	p.flags.SetOutput(p.stdout)
	p.flags.PrintDefaults()
}
