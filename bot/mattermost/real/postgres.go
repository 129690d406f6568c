package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// postgres is a database of our own.
type postgres struct {
	bin, data, folder string
	port              int
	as                *syscall.Credential // nil: ourselves
}

func startPostgres(ctx context.Context, folder string) (*postgres, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return nil, errors.New("there is no initdb; apt-get install postgresql")
	}
	slices.Sort(found)
	p := &postgres{bin: filepath.Dir(found[len(found)-1]), folder: folder, data: filepath.Join(folder, "data")}
	if err := os.Mkdir(folder, 0o755); err != nil {
		return nil, err
	}
	if err := p.notRoot(); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	p.port = port
	if err := p.run(ctx, "initdb", "-D", p.data, "-A", "trust", "-U", "mattermost", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"); err != nil {
		return nil, err
	}
	// Mattermost opens up to 300 connections; where it gets none it tells a
	// signed-in user that the session expired.
	options := fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c fsync=off -c max_connections=400", port, folder)
	if err := p.run(ctx, "pg_ctl", "-D", p.data, "-l", filepath.Join(folder, "log"), "-o", options, "-w", "start"); err != nil {
		return nil, err
	}
	return p, p.run(ctx, "createdb", "-h", "127.0.0.1", "-p", strconv.Itoa(port), "-U", "mattermost", "mattermost")
}

// notRoot has the database run as the user postgres where we are root.
func (p *postgres) notRoot() error {
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("PostgreSQL refuses root: %w", err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return err
	}
	p.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(p.folder, uid, gid)
}

func (p *postgres) run(ctx context.Context, name string, args ...string) error {
	c := exec.CommandContext(ctx, filepath.Join(p.bin, name), args...)
	c.Dir, c.Stdout, c.Stderr = p.folder, os.Stderr, os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (p *postgres) source() string {
	return fmt.Sprintf("postgres://mattermost@127.0.0.1:%d/mattermost?sslmode=disable&connect_timeout=10", p.port)
}

func (p *postgres) stop() error {
	return p.run(context.Background(), "pg_ctl", "-D", p.data, "-m", "immediate", "-w", "stop")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
