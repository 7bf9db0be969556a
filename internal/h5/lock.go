package h5

// #cgo linux,amd64 CFLAGS: -I/usr/include/hdf5/serial
// #cgo linux,arm64 CFLAGS: -I/usr/include/hdf5/serial
// #cgo linux,amd64 LDFLAGS: -L/usr/lib/x86_64-linux-gnu/hdf5/serial
// #cgo linux,arm64 LDFLAGS: -L/usr/lib/aarch64-linux-gnu/hdf5/serial
// #cgo LDFLAGS: -lhdf5
// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"unsafe"

	"extrapasha/internal/h5/filter"
	"extrapasha/internal/h5/format"
)

// libraryLock is held for every call of libhdf5.
var libraryLock sync.Mutex

func init() {
	if C.shim_register_lzf(filter.LZFDecoder()) < 0 {
		panic("h5: libhdf5 does not take the LZF filter")
	}
}

// locked runs f, which may call libhdf5, with the library's lock held, on one
// thread, with no messages printed there.
func locked(f func() error) error {
	libraryLock.Lock()
	defer libraryLock.Unlock()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	C.shim_quiet()
	return f()
}

// Error is something that cannot be done with an HDF5 file.
type Error struct {
	// Path is the file, Object the group or dataset in it, if it is about one.
	Path, Object string
	// Doing is what was tried: "open", "read".
	Doing string
	// Err is the reason.
	Err error
}

func (e *Error) Error() string {
	if e.Object == "" {
		return fmt.Sprintf("%s: cannot %s: %v", e.Path, e.Doing, e.Err)
	}
	return fmt.Sprintf("%s: cannot %s %s: %v", e.Path, e.Doing, e.Object, e.Err)
}

// Unwrap is the reason.
func (e *Error) Unwrap() error { return e.Err }

// Reasons that callers tell apart.
var (
	ErrNotHDF5  = format.ErrSignature
	ErrNoObject = format.ErrNoObject
	ErrCorrupt  = format.ErrCorrupt
	ErrForm     = format.ErrForm // libhdf5 has to read it
	ErrType     = errors.New("wrong element type")
	ErrNull     = errors.New("it has no data (null dataspace)")
	ErrBounds   = errors.New("outside the dataset")
	ErrChanged  = errors.New("the file has changed since it was opened")
	ErrLocked   = errors.New("locked: another process has it open for writing")
	ErrFilter   = errors.New("a filter is missing")
)

// lockingVariable tells libhdf5, and this package, whether to lock files.
const lockingVariable = "HDF5_USE_FILE_LOCKING"

// systemError finds the system's error number in a message of libhdf5.
var systemError = regexp.MustCompile(`errno = (\d+), error message`)

// lastError is what libhdf5 says of the call that just failed on this thread: the
// system's error where that was the reason, such as a full disk.
func lastError() error {
	var text [512]C.char
	C.shim_last_error(&text[0], C.size_t(len(text)))
	message := C.GoString(&text[0])
	if match := systemError.FindStringSubmatch(message); match != nil {
		if number, err := strconv.Atoi(match[1]); err == nil && number != 0 {
			return syscall.Errno(number)
		}
	}
	if message == "" {
		return errors.New("libhdf5 gives no reason")
	}
	return errors.New(message)
}

// withString calls f with a C copy of s.
func withString(s string, f func(*C.char)) {
	c := C.CString(s)
	defer C.free(unsafe.Pointer(c))
	f(c)
}
