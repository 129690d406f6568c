package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"thbot/store/fault"
)

// Held is the cause of a refusal because another process holds the file.
type Held struct {
	Path    string
	PID     int    // 0 when it is not known
	Command string // such as "thbot serve"
	Host    string // empty when it is this one, or not known
}

// Error names the holder as far as it is known.
func (h *Held) Error() string {
	if h.PID == 0 {
		return h.Path + " is held by another process"
	}
	s := fmt.Sprintf("%s is held by process %d (%s)", h.Path, h.PID, h.Command)
	if h.Host != "" {
		s += " on " + h.Host
	}
	return s
}

func heldBy(path string) *fault.Error {
	h := readNote(path)
	f := fault.New(fault.Busy, "The store %s. One process at a time can have it open.", h.Error())
	f.Err = h
	return f
}

// The note beside the file says who holds it: process, host and command, a
// line each. It is written after the lock is taken and read only when the lock
// is refused, so a note that a crash left behind misleads nobody for long. No
// note, where the folder takes none, costs only the name.
func notePath(path string) string { return path + ".holder" }

func leaveNote(path string) {
	command := filepath.Base(os.Args[0])
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") {
		command += " " + os.Args[1]
	}
	host, _ := os.Hostname()
	os.WriteFile(notePath(path), []byte(pid+"\n"+host+"\n"+command+"\n"), 0o600)
}

// takeNote removes the note if it is this process's own.
func takeNote(path string) {
	if b, err := os.ReadFile(notePath(path)); err == nil && strings.HasPrefix(string(b), pid+"\n") {
		os.Remove(notePath(path))
	}
}

func readNote(path string) *Held {
	h := &Held{Path: path}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	b, _ := os.ReadFile(notePath(path))
	lines := strings.SplitN(string(b), "\n", 4)
	if len(lines) != 4 {
		return h
	}
	n, err := strconv.Atoi(lines[0])
	if err != nil || n <= 0 {
		return h
	}
	host, _ := os.Hostname()
	if lines[1] == host && !alive(n) {
		return h // a crash left the note; somebody else holds the file
	}
	h.PID, h.Command = n, lines[2]
	if lines[1] != host {
		h.Host = lines[1]
	}
	return h
}

func alive(process int) bool {
	p, err := os.FindProcess(process)
	if err != nil {
		return false
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}
