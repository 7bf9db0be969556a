package pending

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Files that are not complete are locked, so that those can be told that a program has
// left which was killed. The locks are of open files: flock, by which libhdf5 tells
// who writes a file, knows nothing of them. Directories cannot be open for writing, as
// those locks want it: they have flock.

// hold locks a new file or directory as long as it is open. It is false where it is being
// removed, between the two. Where there are no locks nothing is ever removed.
func hold(file *os.File) bool {
	fd := int(file.Fd())
	if err := lock(fd, unix.F_WRLCK); err == unix.EAGAIN || err == unix.EACCES {
		return false
	}
	var info unix.Stat_t
	return unix.Fstat(fd, &info) != nil || info.Nlink > 0
}

func lock(fd int, kind int16) error {
	var info unix.Stat_t
	if unix.Fstat(fd, &info) == nil && info.Mode&unix.S_IFMT == unix.S_IFDIR {
		return unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB)
	}
	return unix.FcntlFlock(uintptr(fd), unix.F_OFD_SETLK, &unix.Flock_t{Type: kind})
}

// removeAbandoned removes from a directory what nobody holds, of that whose name begins so.
func removeAbandoned(dir, begin string) {
	d, err := os.Open(filepath.Join(dir, "."))
	if err != nil {
		return // creating tells
	}
	names, _ := d.Readdirnames(-1)
	d.Close()
	for _, name := range names {
		number, found := strings.CutPrefix(name, begin)
		number, ends := strings.CutSuffix(number, mark)
		if found && ends && strings.Trim(number, "0123456789") == "" {
			removeUnheld(filepath.Join(dir, name))
		}
	}
}

func removeUnheld(name string) {
	fd, err := unix.Open(name, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	if lock(fd, unix.F_RDLCK) == nil {
		_ = os.RemoveAll(name) // there is nothing to be done
	}
}
