//go:build !unix

package control

import (
	"net"
	"os"
)

// listenPrivately makes the socket for the owner alone, where the system knows
// that.
func listenPrivately(path string) (net.Listener, error) {
	l, err := net.Listen("unix", path)
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	return l, err
}
