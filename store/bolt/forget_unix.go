//go:build unix

package bolt

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// forgetAbove is how much a transaction may have scanned, in bytes, before its
// pages are given back.
const forgetAbove = 8 << 20

// forget takes the pages between two values out of this process's memory: a
// scan of a large register has mapped all of them, and they would count as
// resident for good. They stay in the system's cache, and the next read maps
// them again, so a refusal does no harm. Only memory that bbolt has mapped for
// reading may be given.
func forget(first, last []byte) {
	if len(first) == 0 || len(last) == 0 {
		return
	}
	page := uintptr(os.Getpagesize())
	from := uintptr(unsafe.Pointer(&first[0])) &^ (page - 1)
	to := uintptr(unsafe.Pointer(&last[len(last)-1])) &^ (page - 1)
	if to > from {
		start := unsafe.Add(unsafe.Pointer(&first[0]), -int(uintptr(unsafe.Pointer(&first[0]))-from))
		_ = unix.Madvise(unsafe.Slice((*byte)(start), to-from), unix.MADV_DONTNEED)
	}
}
