package main

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"thbot/store/fault"
)

// stopWithin is how long a listener waits for the answers under way.
const stopWithin = 10 * time.Second

// listenDefaults shows of each setting a value that works.
var listenDefaults = map[string]string{"listen": "127.0.0.1:8080", "admin_listen": "127.0.0.1:9090"}

// listener takes requests on one address, within limits that no honest caller
// meets.
type listener struct {
	net.Listener
	server http.Server
}

// listen takes the address that a setting names; a nil config means plain
// HTTP.
func listen(setting, address string, handler http.Handler, config *tls.Config, log *slog.Logger) (*listener, error) {
	on, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fault.New(fault.Invalid, "`%s` is %q, where thbot cannot listen: %s.", setting, address, fault.Reason(err)).WithTry(`%s = "%s"`, setting, listenDefaults[setting])
	}
	l := &listener{Listener: on}
	l.server = http.Server{
		Handler: handler, TLSConfig: config, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 15 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
	}
	return l, nil
}

// serve answers until stop.
func (l *listener) serve() error {
	var err error
	if l.server.TLSConfig != nil {
		err = l.server.ServeTLS(l, "", "")
	} else {
		err = l.server.Serve(l)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// stop takes nothing new, and lets the answers under way go out.
func (l *listener) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	if l.server.Shutdown(ctx) != nil {
		l.server.Close()
	}
}

// certificate serves a certificate from files, and reads them again when they
// were changed, so that a renewal needs no restart.
type certificate struct {
	cert, key string

	mu      sync.Mutex
	changed time.Time
	kept    *tls.Certificate
}

// tlsConfig gives the listener's TLS, or nil where no certificate is named.
func tlsConfig(cert, key string) (*tls.Config, error) {
	if cert == "" && key == "" {
		return nil, nil
	}
	if cert == "" || key == "" {
		return nil, fault.New(fault.Invalid, "`tls_cert` and `tls_key` go together: one of them is empty.")
	}
	c := &certificate{cert: cert, key: key}
	if _, err := c.get(nil); err != nil {
		return nil, fault.New(fault.Invalid, "The certificate %s with the key %s cannot be used: %s.", cert, key, fault.Reason(err))
	}
	return &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12}, nil
}

// get gives the certificate. Where a changed one cannot be used, as while it
// is being written, the one before still serves.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var changed time.Time
	for _, path := range []string{c.cert, c.key} {
		if info, err := os.Stat(path); err == nil && info.ModTime().After(changed) {
			changed = info.ModTime()
		}
	}
	if c.kept != nil && changed.Equal(c.changed) {
		return c.kept, nil
	}
	fresh, err := tls.LoadX509KeyPair(c.cert, c.key)
	switch {
	case err == nil:
		c.kept, c.changed = &fresh, changed
	case c.kept == nil:
		return nil, err
	}
	return c.kept, nil
}
