package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thbot/store"
	"thbot/store/fault"
)

// certify writes a certificate for 127.0.0.1 that is its own authority.
func certify(t *testing.T, cert, key string, serial int64) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "thbot test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		changed := time.Unix(1_700_000_000+serial, 0)
		if err := os.Chtimes(path, changed, changed); err != nil {
			t.Fatal(err)
		}
	}
}

// serveHere listens until the test ends, and gives the address.
func serveHere(t *testing.T, handler http.Handler, cert, key string) (*listener, string) {
	t.Helper()
	config, err := tlsConfig(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	l, err := listen("listen", "127.0.0.1:0", handler, config, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- l.serve() }()
	t.Cleanup(func() {
		l.stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l, l.Addr().String()
}

// TestListenerTakesTLS serves a certificate of an institution's own authority,
// takes a renewed one without a restart, and keeps the one it has while the new
// one cannot be used.
func TestListenerTakesTLS(t *testing.T) {
	folder := t.TempDir()
	cert, key := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	certify(t, cert, key, 1)
	_, address := serveHere(t, http.NotFoundHandler(), cert, key)
	serial := func() int64 {
		t.Helper()
		client, err := outgoing(cert)
		if err != nil {
			t.Fatal(err)
		}
		defer client.CloseIdleConnections()
		resp, err := client.Get("https://" + address + "/")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	if n := serial(); n != 1 {
		t.Errorf("the certificate is number %d", n)
	}
	certify(t, cert, key, 2)
	if n := serial(); n != 2 {
		t.Errorf("after a renewal it is number %d", n)
	}
	if err := os.WriteFile(key, []byte("half a k"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := serial(); n != 2 {
		t.Errorf("while a new one is written it is number %d", n)
	}
	plain, err := outgoing("")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plain.Get("https://" + address + "/"); err == nil {
		t.Error("a certificate of an unknown authority is trusted without ca_file")
	}
	if _, err := tlsConfig(cert, key); !fault.Is(err, fault.Invalid) {
		t.Errorf("a start with a broken key: %v", err)
	}
}

// TestListenerLimits refuses long headers, and lets an answer under way go out
// when it stops.
func TestListenerLimits(t *testing.T) {
	begun, goOn := make(chan struct{}), make(chan struct{})
	l, address := serveHere(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(begun)
			<-goOn
			if r.Context().Err() != nil {
				t.Error("the request was cut off")
			}
			io.WriteString(w, "done")
		}
	}), "", "")
	req, err := http.NewRequest("GET", "http://"+address+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Long", strings.Repeat("x", 32<<10))
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 32 KiB: %v, %v", resp, err)
	}
	got := make(chan string, 1)
	go func() {
		resp, err := http.Get("http://" + address + "/slow")
		if err != nil {
			got <- err.Error()
			return
		}
		b, _ := io.ReadAll(resp.Body)
		got <- string(b)
	}()
	<-begun
	stopped := make(chan struct{})
	go func() { l.stop(); close(stopped) }()
	for {
		if conn, err := net.Dial("tcp", address); err != nil {
			break // nothing new is taken
		} else {
			conn.Close()
		}
	}
	close(goOn)
	if text := <-got; text != "done" {
		t.Errorf("the answer under way is %q", text)
	}
	<-stopped
}

// unsureDriver is a driver whose commits end in doubt.
type unsureDriver struct{ store.Driver }

func (unsureDriver) Update(context.Context, store.Scope, func(store.Tx) error) error {
	return fault.New(fault.Unsure, "It is not confirmed.")
}

// TestDoubtfulCommitEndsServing tells of a commit whose outcome is not known,
// so that the process ends with it.
func TestDoubtfulCommitEndsServing(t *testing.T) {
	s := &serving{broken: make(chan error, 1)}
	w := &watched{unsureDriver{}, s.fail}
	for range 3 { // the first one counts, and the others do not wait
		if err := w.Update(t.Context(), store.Journalled, nil); !fault.Is(err, fault.Unsure) {
			t.Errorf("the caller gets %v", err)
		}
	}
	if err := <-s.broken; !fault.Is(err, fault.Unsure) {
		t.Errorf("serving ends with %v", err)
	}
	var out bytes.Buffer
	p := &program{stderr: &out}
	if status := p.failed(&subcommand{name: "serve"}, errors.Join(fault.New(fault.Unsure, "It is not confirmed."))); status != 1 || !strings.Contains(out.String(), "not confirmed") {
		t.Errorf("status %d, %q", status, out.String())
	}
}
