package main

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"

	"thbot/store/fault"
)

// outgoing gives the client for calls to the chats: it trusts the
// institution's own CA beside the system's, and goes through the proxy of
// HTTPS_PROXY and NO_PROXY.
func outgoing(caFile string) (*http.Client, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = http.ProxyFromEnvironment
	if caFile == "" {
		return &http.Client{Transport: transport}, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, fault.New(fault.NotFound, "`ca_file` names %s, which cannot be read: %s.", caFile, fault.Reason(err))
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // a system without certificates
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fault.New(fault.Invalid, "`ca_file` names %s, which holds no certificate in PEM form.", caFile)
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return &http.Client{Transport: transport}, nil
}
