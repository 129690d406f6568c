package fault

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"syscall"
)

// Reason is what the system said of a file, an address or a call, without
// operation and path, since the sentence around it names what matters of them. A folder in a
// file's place is called so.
func Reason(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	var network *net.OpError
	if errors.As(err, &network) {
		err = network.Err
	}
	switch {
	case errors.Is(err, syscall.EISDIR):
		return "it is a folder"
	case errors.As(err, &path):
		return path.Err.Error()
	case errors.As(err, &link):
		return link.Err.Error()
	case errors.As(err, &call):
		return call.Err.Error()
	}
	return err.Error()
}

// Folder is the error of a file that is a folder, and nil for any other.
func Folder(f *os.File) error {
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return &fs.PathError{Op: "read", Path: f.Name(), Err: syscall.EISDIR}
	}
	return nil
}
