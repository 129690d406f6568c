// Package control lets a command of the command line run inside the process
// that serves, since that process alone can open the store.
//
// The caller connects to a Unix socket, sees which store it stands for, and
// sends its command line. The command runs at the other end, as it would run
// here; what it writes is shown to the caller, and the files that it reads and
// writes are the caller's, opened there and streamed. When the caller gives
// up or goes away, the run's context ends.
//
// # Promises
//
// The socket is readable and writable by its owner alone. One that a crash
// left behind is replaced; one that a living process answers on is not. The
// caller opens no file that its own command line does not name, whatever the
// other end asks for.
//
// # Limits
//
// Both ends are the same version of thbot; there is no other protocol than
// gob over one connection for each run.
package control

import (
	"encoding/gob"
	"errors"
	"io"
	"net"
	"sync"

	"thbot/store/fault"
)

// Hello says what a socket stands for.
type Hello struct {
	Store   string // the real path of the store's file
	PID     int
	Version string
}

// Files is a place to read and write files: the disk, here or at the caller's.
type Files interface {
	Open(path string) (io.ReadCloser, error)
	// Create begins a file that is there as a whole after Commit, in place of
	// an older one, or not at all.
	Create(path string) (File, error)
}

// File is a file being written.
type File interface {
	io.Writer
	Commit() error
	Discard() // does nothing after Commit
}

// kind says what a message is.
type kind int

const (
	hello  kind = iota // server: what the socket stands for
	start              // caller: the command line
	stdout             // server: output
	stderr
	open // server: a file of the caller; each of these is answered
	read
	closed
	create
	write
	commit
	discard
	answer // caller
	cancel // caller: give up
	end    // server: the exit status
)

// message is all that goes over a connection.
type message struct {
	Kind     kind
	Hello    Hello
	Args     []string
	Progress bool
	File     int // of open to discard: which file of the run
	Path     string
	N        int // of read: how many bytes at most; of end: the exit status
	Data     []byte
	EOF      bool
	Err      *failure
}

// failure is an error on its way to the other end.
type failure struct {
	Code      fault.Code // empty: not for people
	What, Try string
}

func wrap(err error) *failure {
	switch f := fault.As(err); {
	case err == nil:
		return nil
	case f != nil:
		return &failure{f.Code, f.What, f.Try}
	}
	return &failure{What: err.Error()}
}

func (f *failure) err() error {
	switch {
	case f == nil:
		return nil
	case f.Code == "":
		return errors.New(f.What)
	}
	return &fault.Error{Code: f.Code, What: f.What, Try: f.Try}
}

// wire is one end of a connection. Sending is safe for concurrent use.
type wire struct {
	conn net.Conn
	in   *gob.Decoder

	mu  sync.Mutex
	out *gob.Encoder
}

func newWire(conn net.Conn) *wire {
	return &wire{conn: conn, in: gob.NewDecoder(conn), out: gob.NewEncoder(conn)}
}

func (w *wire) send(m message) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Encode(m)
}

func (w *wire) receive() (m message, err error) {
	err = w.in.Decode(&m)
	return m, err
}
