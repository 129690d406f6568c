package control

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"time"

	"thbot/store/fault"
)

// pathMost is how long the path of a Unix socket may be on every system.
const pathMost = 103

// helloTime is how long the other end may take to say what it stands for.
const helloTime = 5 * time.Second

// Listen makes the socket. One that nobody answers on is replaced.
func Listen(path string) (net.Listener, error) {
	if len(path) > pathMost {
		return nil, fault.New(fault.Invalid, "The control socket's path %s is too long for the system: %d bytes, and %d is the most.", path, len(path), pathMost).
			WithTry(`control = "/run/thbot/thbot.sock"`)
	}
	if err := clear(path); err != nil {
		return nil, err
	}
	l, err := listenPrivately(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, "The control socket %s cannot be made: %s.", path, fault.Reason(err))
	}
	return l, nil
}

// clear removes what a crash left behind, and nothing else.
func clear(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fault.New(fault.Invalid, "The control socket %s cannot be made: %s.", path, fault.Reason(err))
	case info.Mode()&fs.ModeSocket == 0:
		return fault.New(fault.Conflict, "%s is a file and no control socket, so it is left alone.", path).WithTry(`control = "thbot.sock"`)
	}
	if c, err := Dial(path); err == nil {
		defer c.Close()
		return fault.New(fault.Conflict, "The control socket %s is in use by process %d, for the store %s.", path, c.Hello.PID, c.Hello.Store).
			WithTry(`control = "another.sock"`)
	} else if !errors.Is(err, errNobody) {
		return fault.New(fault.Conflict, "The control socket %s is in use by a process that does not answer as thbot does.", path)
	}
	return os.Remove(path)
}

// errNobody says that nobody listens on the socket.
var errNobody = errors.New("nobody listens")

// Dial connects to a socket and learns what it stands for.
func Dial(path string) (*Conn, error) {
	conn, err := net.DialTimeout("unix", path, helloTime)
	if err != nil {
		return nil, errors.Join(errNobody, err)
	}
	c := &Conn{wire: newWire(conn)}
	conn.SetReadDeadline(time.Now().Add(helloTime))
	m, err := c.receive()
	conn.SetReadDeadline(time.Time{})
	if err == nil && m.Kind != hello {
		err = errors.New("no thbot answers")
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	c.Hello = m.Hello
	return c, nil
}
