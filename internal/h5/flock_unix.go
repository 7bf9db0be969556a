//go:build unix

package h5

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// lockShared takes the lock that libhdf5 takes for reading, as long as the file is
// open. The error wraps [ErrLocked] where somebody has the file open for writing.
// https://support.hdfgroup.org/documentation/hdf5/latest/_file_lock.html
func lockShared(file *os.File) error { return lockDescriptor(int(file.Fd())) }

// locking tells whether files are to be locked.
func locking() bool {
	switch strings.ToUpper(os.Getenv(lockingVariable)) {
	case "FALSE", "0":
		return false
	}
	return true
}

// Probe tells whether somebody writes a regular file, whose beginning need not be
// looked at. The error is as with [Open].
func Probe(path string) error {
	if !locking() {
		return nil
	}
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err == nil {
		err = lockDescriptor(fd)
		unix.Close(fd)
	}
	if err != nil {
		return &Error{Path: path, Doing: "open", Err: err}
	}
	return nil
}

func lockDescriptor(fd int) error {
	if !locking() {
		return nil
	}
	err := unix.Flock(fd, unix.LOCK_SH|unix.LOCK_NB)
	if err == unix.EWOULDBLOCK {
		return fmt.Errorf("%w (%s=FALSE reads it all the same, at your own risk)", ErrLocked, lockingVariable)
	}
	return nil // a file system without locks
}
