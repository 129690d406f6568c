package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"thbot/cmd/thbot/control"
)

// patience is how long a conversation waits for what a process in the
// background is to do.
const patience = 20 * time.Second

// answers waits until somebody answers on a control socket; with ! it sees
// that nobody does.
func answers(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: answers socket")
	}
	dial := func() error {
		conn, err := control.Dial(ts.MkAbs(args[0]))
		if err == nil {
			conn.Close()
		}
		return err
	}
	if neg {
		if dial() == nil {
			ts.Fatalf("somebody answers on %s", args[0])
		}
		return
	}
	await(ts, dial)
}

// await tries until it works.
func await(ts *testscript.TestScript, try func() error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			ts.Fatalf("%v", err)
		}
	}
}

// stale leaves a socket as a crash does: a file that nobody listens on.
func stale(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: stale socket")
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: ts.MkAbs(args[0]), Net: "unix"})
	ts.Check(err)
	l.SetUnlinkOnClose(false)
	ts.Check(l.Close())
}

// ports sets each name to an address on loopback that is free just now.
func ports(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: ports NAME...")
	}
	for _, name := range args {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		defer l.Close()
		ts.Setenv(name, l.Addr().String())
	}
}

// get writes what an address answers to a file: the status, then the body. It
// waits until somebody listens there, and until the answer holds the text, if
// one is given.
func get(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: get file address [text]")
	}
	await(ts, func() error {
		resp, err := http.Get(args[1])
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err == nil && len(args) == 3 && !strings.Contains(string(body), args[2]) {
			err = errors.New(string(body))
		}
		if err == nil {
			err = os.WriteFile(ts.MkAbs(args[0]), append([]byte(resp.Status+"\n"), body...), 0o600)
		}
		return err
	})
}
