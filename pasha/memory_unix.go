//go:build unix

package pasha

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Below this an allocation that fails is the machine's end anyway.
const checkedAllocation = 1 << 28

// checkMemory asks the system for an allocation before the Go heap does: what
// is a plain error to us would end the program there.
func checkMemory(bytes int) error {
	if bytes < checkedAllocation {
		return nil
	}
	trial, err := unix.Mmap(-1, 0, bytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return fmt.Errorf("%w: asked for %d bytes (%.3g GiB): %w", ErrMemory, bytes, float64(bytes)/(1<<30), err)
	}
	return unix.Munmap(trial)
}
