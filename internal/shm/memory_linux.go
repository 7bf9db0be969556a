package shm

import (
	"fmt"
	"os"

	"github.com/dustin/go-humanize"
	"golang.org/x/sys/unix"
)

// newSegment makes a file without a name, of a size that cannot be changed: a
// process that has it mapped is safe from faults.
func newSegment(size int) (*segment, error) {
	// Growing a file beyond this would be a signal that ends the program.
	var files unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &files); err == nil && uint64(size) > files.Cur {
		return nil, fmt.Errorf("shared memory counts as a file, and those may have %s (ulimit -f)", humanize.IBytes(files.Cur))
	}
	fd, err := unix.MemfdCreate("pasha", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, fmt.Errorf("shared memory: %w", err)
	}
	file := os.NewFile(uintptr(fd), "shared memory")
	err = file.Truncate(int64(size))
	if err == nil {
		_, err = unix.FcntlInt(file.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	}
	var s *segment
	if err == nil {
		s, err = openSegment(file)
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("shared memory: %w", err)
	}
	s.file, s.free, s.used = file, []span{{0, size}}, map[int]int{}
	return s, nil
}

// openSegment maps all of a file.
func openSegment(file *os.File) (*segment, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	size := int(info.Size())
	memory, err := unix.Mmap(int(file.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", humanize.IBytes(uint64(size)), err)
	}
	return &segment{memory: memory}, nil
}

// clear gives pages back to the system; they read as zeros.
func (s *segment) clear(start, size int) {
	err := unix.Fallocate(int(s.file.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, int64(start), int64(size))
	if err != nil {
		clear(s.memory[start : start+size])
	}
}

func (s *segment) close() {
	_ = unix.Munmap(s.memory)
	s.file.Close()
}

// filled is the first part of a segment from start on that something was written to; both
// ends are stop where there is none.
func (s *segment) filled(start, stop int) (from, to int) {
	const seekData, seekHole = 3, 4
	fd := int(s.file.Fd())
	first, err := unix.Seek(fd, int64(start), seekData)
	if err == unix.ENXIO { // nothing behind
		return stop, stop
	}
	if err != nil {
		return start, stop
	}
	end, err := unix.Seek(fd, first, seekHole)
	if err != nil {
		return start, stop
	}
	return min(int(first), stop), min(int(end), stop)
}

func (s *segment) protect(start, size int, on bool) error {
	may := unix.PROT_READ | unix.PROT_WRITE
	if on {
		may = unix.PROT_READ
	}
	return unix.Mprotect(s.memory[start:start+size], may)
}
