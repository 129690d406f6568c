package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"thbot/store/fault"
)

// Conn is a caller's connection to a serving process, for one run.
type Conn struct {
	*wire
	Hello Hello
}

// Close ends the connection, and a run that goes on.
func (c *Conn) Close() error { return c.conn.Close() }

// Call is a command as the caller starts it.
type Call struct {
	Args           []string
	Progress       bool
	Stdout, Stderr io.Writer
	Files          Files
}

// errGone says that the outcome of a run is not known.
var errGone = fault.New(fault.Unsure, "The thbot that serves ended before the command did, so it is not known what was done.").WithTry("thbot check")

// Run has the command run at the other end, and gives its exit status. When
// ctx ends, the run is told to stop, and what it says at its end still counts.
func (c *Conn) Run(ctx context.Context, call Call) (status int, err error) {
	if err := c.send(message{Kind: start, Args: call.Args, Progress: call.Progress}); err != nil {
		return 1, errGone
	}
	stop := context.AfterFunc(ctx, func() { c.send(message{Kind: cancel}) })
	defer stop()
	r := &attending{call: call, open: map[int]any{}}
	defer r.leave()
	for {
		m, err := c.receive()
		if err != nil {
			return 1, errGone
		}
		switch m.Kind {
		case stdout:
			_, err = call.Stdout.Write(m.Data)
		case stderr:
			_, err = call.Stderr.Write(m.Data)
		case end:
			return m.N, nil
		default:
			c.send(r.attend(m)) // a run that was given up may have ended without waiting for it
		}
		if err != nil {
			return 1, fmt.Errorf("a run at the serving thbot: %w", err)
		}
	}
}

// attending opens, reads and writes the caller's files for a run.
type attending struct {
	call Call
	open map[int]any // files by number
}

// leave gives up what the run left unfinished.
func (r *attending) leave() {
	for _, f := range r.open {
		switch f := f.(type) {
		case File:
			f.Discard()
		case io.Closer:
			f.Close()
		}
	}
}

func (r *attending) attend(m message) message {
	a, err := r.do(m)
	a.Kind, a.Err = answer, wrap(err)
	return a
}

var errNotOpen = errors.New("no such file is open")

func (r *attending) do(m message) (a message, err error) {
	switch m.Kind {
	case open, create:
		return a, r.begin(m)
	case read, closed:
		f, ok := r.open[m.File].(io.ReadCloser)
		if !ok {
			return a, errNotOpen
		}
		if m.Kind == closed {
			delete(r.open, m.File)
			return a, f.Close()
		}
		return readSome(f, m.N)
	}
	f, ok := r.open[m.File].(File)
	if !ok {
		return a, errNotOpen
	}
	switch m.Kind {
	case write:
		_, err = f.Write(m.Data)
	case commit:
		delete(r.open, m.File)
		err = f.Commit()
	case discard:
		delete(r.open, m.File)
		f.Discard()
	default:
		err = errors.New("the serving thbot speaks of something unknown")
	}
	return a, err
}

// begin opens a file that the command line names, and no other.
func (r *attending) begin(m message) error {
	if !named(r.call.Args, m.Path) {
		return fault.New(fault.Forbidden, "%s is not named by the command, so it is not opened.", m.Path)
	}
	if m.Kind == open {
		f, err := r.call.Files.Open(m.Path)
		if err == nil {
			r.open[m.File] = f
		}
		return err
	}
	f, err := r.call.Files.Create(m.Path)
	if err == nil {
		r.open[m.File] = f
	}
	return err
}

func named(args []string, path string) bool {
	for _, a := range args {
		if a == path || strings.HasPrefix(a, "-") && strings.HasSuffix(a, "="+path) {
			return true
		}
	}
	return false
}

func readSome(f io.Reader, most int) (a message, err error) {
	b := make([]byte, min(max(most, 1), chunk))
	n, err := f.Read(b)
	if errors.Is(err, io.EOF) {
		a.EOF, err = true, nil
	}
	a.Data = b[:n]
	return a, err
}
