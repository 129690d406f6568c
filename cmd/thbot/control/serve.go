package control

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// Run is one command on its way, as the serving end sees it.
type Run struct {
	Args           []string
	Progress       bool // the caller looks on at a terminal
	Stdout, Stderr io.Writer
	Files          Files // the caller's
}

// Server runs the commands that come in over one socket.
type Server struct {
	listener net.Listener
	hello    Hello
	run      func(ctx context.Context, r *Run) (status int)

	ctx    context.Context // of the runs
	cancel context.CancelFunc
	runs   sync.WaitGroup
}

// NewServer makes a server; run gives the exit status.
func NewServer(l net.Listener, h Hello, run func(ctx context.Context, r *Run) int) *Server {
	s := &Server{listener: l, hello: h, run: run}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// Serve takes commands until Stop.
func (s *Server) Serve() error {
	for {
		conn, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		s.runs.Go(func() {
			defer conn.Close()
			s.take(newWire(conn))
		})
	}
}

// Stop takes no more commands, lets those that run end until ctx does, and
// then ends them.
func (s *Server) Stop(ctx context.Context) {
	s.listener.Close()
	stop := context.AfterFunc(ctx, s.cancel)
	defer stop()
	s.runs.Wait()
	s.cancel()
}

// take runs one command. A caller that only looks whether somebody is there
// says nothing and goes.
func (s *Server) take(w *wire) {
	if w.send(message{Kind: hello, Hello: s.hello}) != nil {
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	w.conn.SetReadDeadline(time.Now().Add(helloTime))
	m, err := w.receive()
	if err != nil || m.Kind != start {
		return
	}
	w.conn.SetReadDeadline(time.Time{})
	c := &callerFiles{wire: w, answers: make(chan message), gone: ctx.Done()}
	go func() {
		defer cancel()
		c.listen()
	}()
	status := s.run(ctx, &Run{
		Args: m.Args, Progress: m.Progress, Files: c,
		Stdout: &output{w, stdout}, Stderr: &output{w, stderr},
	})
	w.send(message{Kind: end, N: status})
}

// output shows what a run writes to the caller.
type output struct {
	wire *wire
	kind kind
}

func (o *output) Write(b []byte) (int, error) {
	if err := o.wire.send(message{Kind: o.kind, Data: b}); err != nil {
		return 0, err
	}
	return len(b), nil
}

// callerFiles asks the caller for his files, one thing at a time.
type callerFiles struct {
	wire    *wire
	answers chan message
	gone    <-chan struct{}

	mu   sync.Mutex
	last int // file
}

// listen hands answers on until the caller gives up or goes.
func (c *callerFiles) listen() {
	for {
		m, err := c.wire.receive()
		if err != nil || m.Kind != answer {
			return
		}
		select {
		case c.answers <- m:
		case <-c.gone:
			return
		}
	}
}

func (c *callerFiles) ask(m message) (message, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.askHeld(m)
}

func (c *callerFiles) askHeld(m message) (message, error) {
	select {
	case <-c.gone:
		return message{}, context.Canceled
	default:
	}
	if err := c.wire.send(m); err != nil {
		return message{}, err
	}
	select {
	case a := <-c.answers:
		return a, a.Err.err()
	case <-c.gone:
		return message{}, context.Canceled
	}
}

// begin opens or creates a file and gives it a number.
func (c *callerFiles) begin(k kind, path string) (*callerFile, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	f := &callerFile{c, c.last}
	_, err := c.askHeld(message{Kind: k, File: f.number, Path: path})
	return f, err
}

func (c *callerFiles) Open(path string) (io.ReadCloser, error) {
	f, err := c.begin(open, path)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (c *callerFiles) Create(path string) (File, error) {
	f, err := c.begin(create, path)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// callerFile is one file of the caller.
type callerFile struct {
	files  *callerFiles
	number int
}

func (f *callerFile) ask(m message) (message, error) {
	m.File = f.number
	return f.files.ask(m)
}

func (f *callerFile) Read(b []byte) (int, error) {
	a, err := f.ask(message{Kind: read, N: min(len(b), chunk)})
	n := copy(b, a.Data)
	if err == nil && n == 0 && a.EOF {
		err = io.EOF
	}
	return n, err
}

// chunk is how much of a file goes in one message.
const chunk = 256 << 10

func (f *callerFile) Write(b []byte) (n int, err error) {
	for len(b) > 0 {
		part := b[:min(len(b), chunk)]
		if _, err := f.ask(message{Kind: write, Data: part}); err != nil {
			return n, err
		}
		n, b = n+len(part), b[len(part):]
	}
	return n, nil
}

func (f *callerFile) Close() error  { _, err := f.ask(message{Kind: closed}); return err }
func (f *callerFile) Commit() error { _, err := f.ask(message{Kind: commit}); return err }
func (f *callerFile) Discard()      { f.ask(message{Kind: discard}) }
