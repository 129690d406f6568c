package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const module = "github.com/mattermost/mattermost/server/v8"

// server is a Mattermost that can be stopped and started.
type server struct {
	folder, url, log string
	env              []string
	cmd              *exec.Cmd
	gone             chan error
}

// newServer builds the server and lays out the folder that it runs from.
func newServer(ctx context.Context, folder, source string) (*server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	s := &server{folder: folder, url: "http://" + address, log: filepath.Join(folder, "mattermost.log")}
	for _, sub := range []string{"client/plugins", "config", "data", "plugins", "logs"} {
		if err := os.MkdirAll(filepath.Join(folder, sub), 0o755); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "client/root.html"), []byte("<!doctype html><title>Mattermost</title>"), 0o644); err != nil {
		return nil, err
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(folder, "mattermost"), module+"/cmd/mattermost")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, err
	}
	dir, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return nil, err
	}
	for _, sub := range []string{"i18n", "templates", "fonts"} {
		if err := os.Symlink(filepath.Join(strings.TrimSpace(string(dir)), sub), filepath.Join(folder, sub)); err != nil {
			return nil, err
		}
	}
	s.env = append(os.Environ(),
		"MM_SQLSETTINGS_DRIVERNAME=postgres", "MM_SQLSETTINGS_DATASOURCE="+source,
		"MM_SERVICESETTINGS_LISTENADDRESS="+address, "MM_SERVICESETTINGS_SITEURL="+s.url,
		"MM_SERVICESETTINGS_ALLOWEDUNTRUSTEDINTERNALCONNECTIONS=127.0.0.1 localhost",
		"MM_SERVICESETTINGS_ENABLEBOTACCOUNTCREATION=true", "MM_SERVICESETTINGS_ENABLEUSERACCESSTOKENS=true",
		"MM_TEAMSETTINGS_ENABLEOPENSERVER=true", "MM_TEAMSETTINGS_MAXUSERSPERTEAM=100",
		"MM_GUESTACCOUNTSSETTINGS_ENABLE=true", // else the server deactivates them at its start
		"MM_PLUGINSETTINGS_ENABLE=false", "MM_RATELIMITSETTINGS_ENABLE=false",
		"MM_LOGSETTINGS_ENABLEDIAGNOSTICS=false", "MM_LOGSETTINGS_ENABLESENTRY=false",
		"MM_ANNOUNCEMENTSETTINGS_ADMINNOTICESENABLED=false", "MM_ANNOUNCEMENTSETTINGS_USERNOTICESENABLED=false",
	)
	return s, nil
}

// start runs the server and waits until it answers.
func (s *server) start(ctx context.Context) error {
	if s.cmd != nil {
		return errors.New("it runs already")
	}
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd = exec.Command(filepath.Join(s.folder, "mattermost"))
	s.cmd.Dir, s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = s.folder, s.env, log, log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.gone = make(chan error, 1)
	go func(c *exec.Cmd, gone chan<- error) { gone <- c.Wait() }(s.cmd, s.gone)
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); {
		select {
		case err := <-s.gone:
			s.cmd = nil
			b, _ := os.ReadFile(s.log)
			return fmt.Errorf("it ended: %v\n%s", err, b[max(0, len(b)-4000):])
		case <-ctx.Done():
			s.stop()
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
		if resp, err := http.Get(s.url + "/api/v4/system/ping"); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
	}
	s.stop()
	return errors.New("it does not answer")
}

func (s *server) stop() {
	if s.cmd == nil {
		return
	}
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.gone:
	case <-time.After(20 * time.Second):
		s.cmd.Process.Kill()
		<-s.gone
	}
	s.cmd = nil
}
