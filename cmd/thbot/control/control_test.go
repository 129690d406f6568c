package control

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thbot/store/fault"
)

// memory is files that a test looks into.
type memory map[string]string

func (m memory) Open(path string) (io.ReadCloser, error) {
	text, ok := m[path]
	if !ok {
		return nil, fault.New(fault.NotFound, "%s cannot be read.", path).WithTry("another")
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

func (m memory) Create(path string) (File, error) { return &kept{m: m, path: path}, nil }

type kept struct {
	bytes.Buffer
	m    memory
	path string
}

func (k *kept) Commit() error { k.m[k.path] = k.String(); return nil }
func (k *kept) Discard()      {}

// serve runs commands at a socket until the test ends.
func serve(t *testing.T, run func(ctx context.Context, r *Run) int) (path string, s *Server) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "s")
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	s = NewServer(l, Hello{Store: "/a/store", PID: 7}, run)
	done := make(chan error, 1)
	go func() { done <- s.Serve() }()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		s.Stop(ctx)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return path, s
}

func dial(t *testing.T, path string) *Conn {
	t.Helper()
	c, err := Dial(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// TestRun has output, files and status come through.
func TestRun(t *testing.T) {
	path, _ := serve(t, func(_ context.Context, r *Run) int {
		io.WriteString(r.Stdout, strings.Join(r.Args, " ")+"\n")
		if r.Progress {
			io.WriteString(r.Stderr, "on the way\n")
		}
		in, err := r.Files.Open("in.txt")
		if err != nil {
			return 9
		}
		out, err := r.Files.Create("out.txt")
		if err != nil {
			return 8
		}
		defer out.Discard()
		if _, err := io.Copy(out, in); err != nil || in.Close() != nil || out.Commit() != nil {
			return 7
		}
		return 3
	})
	big := strings.Repeat("nine chars", 100_000) // several messages
	files := memory{"in.txt": big}
	var stdout, stderr bytes.Buffer
	c := dial(t, path)
	if c.Hello != (Hello{Store: "/a/store", PID: 7}) {
		t.Errorf("hello is %+v", c.Hello)
	}
	status, err := c.Run(t.Context(), Call{Args: []string{"copy", "in.txt", "--to=out.txt"}, Progress: true, Stdout: &stdout, Stderr: &stderr, Files: files})
	if status != 3 || err != nil || stdout.String() != "copy in.txt --to=out.txt\n" || stderr.String() != "on the way\n" || files["out.txt"] != big {
		t.Errorf("%d, %v, %q, %q, %d bytes", status, err, stdout.String(), stderr.String(), len(files["out.txt"]))
	}
}

// TestOnlyNamedFiles opens no file that the command line does not name, and
// tells the other end why.
func TestOnlyNamedFiles(t *testing.T) {
	errs := make(chan error, 3)
	path, _ := serve(t, func(_ context.Context, r *Run) int {
		for _, name := range []string{"secret", "there", "none"} {
			_, err := r.Files.Open(name)
			errs <- err
		}
		return 0
	})
	c := dial(t, path)
	if _, err := c.Run(t.Context(), Call{Args: []string{"read", "there", "none"}, Files: memory{"secret": "x", "there": "y"}}); err != nil {
		t.Fatal(err)
	}
	if err := <-errs; !fault.Is(err, fault.Forbidden) {
		t.Errorf("a file that is not named: %v", err)
	}
	if err := <-errs; err != nil {
		t.Error(err)
	}
	if err := <-errs; !fault.Is(err, fault.NotFound) || fault.As(err).Try != "another" {
		t.Errorf("a file that is not there: %v", err)
	}
}

// TestGivingUp ends the run when the caller gives up, which still says how it
// ended, and when the caller goes away.
func TestGivingUp(t *testing.T) {
	begun, ended := make(chan struct{}, 1), make(chan error, 1)
	path, _ := serve(t, func(ctx context.Context, r *Run) int {
		begun <- struct{}{}
		<-ctx.Done()
		_, err := r.Files.Open("in.txt")
		ended <- err
		io.WriteString(r.Stderr, "stopped\n")
		return 1
	})
	t.Run("give up", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-begun; cancel() }()
		var stderr bytes.Buffer
		status, err := dial(t, path).Run(ctx, Call{Args: []string{"in.txt"}, Stderr: &stderr, Files: memory{"in.txt": ""}})
		if status != 1 || err != nil || stderr.String() != "stopped\n" {
			t.Errorf("%d, %v, %q", status, err, stderr.String())
		}
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("a file was opened after the caller had given up: %v", err)
		}
	})
	t.Run("go away", func(t *testing.T) {
		c := dial(t, path)
		go func() { <-begun; c.Close() }()
		if _, err := c.Run(t.Context(), Call{Args: []string{"in.txt"}}); !fault.Is(err, fault.Unsure) {
			t.Errorf("the caller is told %v", err)
		}
		<-ended
	})
}

// TestStop lets what runs end, in its time.
func TestStop(t *testing.T) {
	begun, goOn := make(chan struct{}), make(chan struct{})
	path, s := serve(t, func(ctx context.Context, _ *Run) int {
		close(begun)
		<-goOn
		if ctx.Err() != nil {
			return 1
		}
		return 0
	})
	status := make(chan int, 1)
	c := dial(t, path)
	go func() {
		n, _ := c.Run(t.Context(), Call{})
		status <- n
	}()
	<-begun
	stopped := make(chan struct{})
	go func() { s.Stop(t.Context()); close(stopped) }()
	for {
		c, err := Dial(path)
		if err != nil {
			break // nothing new is taken
		}
		c.Close()
	}
	close(goOn)
	if n := <-status; n != 0 {
		t.Errorf("what ran ended with status %d", n)
	}
	<-stopped
}

// TestSocketIsTheOwners holds the mode, and that a living socket and a file are
// left alone while a dead one is replaced.
func TestSocketIsTheOwners(t *testing.T) {
	path, _ := serve(t, func(context.Context, *Run) int { return 0 })
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if _, err := Listen(path); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "process 7, for the store /a/store") {
		t.Errorf("a second listener: %v", err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, []byte("notes"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(file); !fault.Is(err, fault.Conflict) {
		t.Errorf("on a file: %v", err)
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "notes" {
		t.Errorf("the file is %q, %v", b, err)
	}
	dead := filepath.Join(folder, "dead")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: dead, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
	again, err := Listen(dead)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
	if _, err := Listen(filepath.Join(folder, strings.Repeat("x", 120))); !fault.Is(err, fault.Invalid) || fault.As(err).Try == "" {
		t.Errorf("a long path: %v", err)
	}
	if _, err := Listen(filepath.Join(folder, "none", "s")); !fault.Is(err, fault.Invalid) {
		t.Errorf("no folder: %v", err)
	}
}

// TestNoise refuses a caller that speaks something else, and one that asks for
// files before a run.
func TestNoise(t *testing.T) {
	path, _ := serve(t, func(context.Context, *Run) int { t.Error("it ran"); return 0 })
	for _, noise := range []string{"GET / HTTP/1.1\r\n\r\n", "\x00\x01\xff", strings.Repeat("\xff", 1000)} {
		conn, err := net.DialTimeout("unix", path, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, noise)
		conn.(*net.UnixConn).CloseWrite()
		if _, err := io.ReadAll(conn); err != nil && !errors.Is(err, net.ErrClosed) && !strings.Contains(err.Error(), "reset") {
			t.Error(err)
		}
		conn.Close()
	}
	c := dial(t, path)
	if err := c.send(message{Kind: answer}); err != nil {
		t.Fatal(err)
	}
	if m, err := c.receive(); err == nil {
		t.Errorf("answered with %+v", m)
	}
}
