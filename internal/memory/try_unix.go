//go:build unix

package memory

import "golang.org/x/sys/unix"

// try asks the system for memory and gives it back: a limit of the process
// (ulimit -v) refuses it, or a system that does not promise what it lacks.
func try(bytes int) error {
	trial, err := unix.Mmap(-1, 0, bytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return err
	}
	return unix.Munmap(trial)
}
