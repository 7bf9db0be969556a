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
func lockShared(file *os.File) error {
	switch strings.ToUpper(os.Getenv(lockingVariable)) {
	case "FALSE", "0":
		return nil
	}
	err := unix.Flock(int(file.Fd()), unix.LOCK_SH|unix.LOCK_NB)
	if err == unix.EWOULDBLOCK {
		return fmt.Errorf("%w (%s=FALSE reads it all the same, at your own risk)", ErrLocked, lockingVariable)
	}
	return nil // a file system without locks
}
