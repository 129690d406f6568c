package bolt_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	bbolt "go.etcd.io/bbolt"

	"thbot/store/bolt"
)

func makeForeign(t *testing.T, path string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("key")); return err })
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestFullDisk runs on a disk of two megabytes: a memory file system that a
// process of its own mounts in its own name space. Where the machine gives no
// name spaces, TestFullBySize holds the same by another limit.
func TestFullDisk(t *testing.T) {
	if dir := os.Getenv("THBOT_TEST_DISK"); dir != "" {
		if err := syscall.Mount("none", dir, "tmpfs", 0, "size=2m"); err != nil {
			t.Fatal(err)
		}
		d, err := bolt.Open(dir + "/x.db")
		if err != nil {
			t.Fatal(err)
		}
		ballast := dir + "/ballast"
		if err := os.WriteFile(ballast, make([]byte, 400_000), 0o600); err != nil {
			t.Fatal(err)
		}
		fillUp(t, d)
		os.Remove(ballast)
		put(t, d, "room again", "v")
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if d, err = bolt.Open(dir + "/x.db"); err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		put(t, d, "small", "v")
		return
	}
	c := exec.Command(os.Args[0], "-test.run=^TestFullDisk$", "-test.v")
	c.Env = append(os.Environ(), "THBOT_TEST_DISK="+t.TempDir())
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := c.CombinedOutput()
	if _, ran := err.(*exec.ExitError); err != nil && !ran {
		t.Logf("no name space of its own here (%v)", err)
		return
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
