//go:build unix

package control

import (
	"net"

	"golang.org/x/sys/unix"
)

// listenPrivately makes the socket for the owner alone from the first moment.
// The mask is the whole process's: it is set for the one call, while thbot
// starts.
func listenPrivately(path string) (net.Listener, error) {
	defer unix.Umask(unix.Umask(0o177))
	return net.Listen("unix", path)
}
