package h5

import (
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mapping is a file in memory. It is private and writable: what is written to the
// memory does not reach the file. What was lent and changed is made again what it
// is in the file, so that who borrows it next gets the data.
type mapping struct {
	disk *os.File
	data []byte

	mutex sync.Mutex
	lent  []loan
	seen  []uint64 // a bit for each window of the file that was asked for
}

// loan is a part of the mapping that somebody works on, in bytes.
type loan struct{ from, to int }

// pagemap tells which pages of this process's memory are no longer the file's.
var pagemap = sync.OnceValue(func() *os.File {
	file, err := os.Open("/proc/self/pagemap")
	if err != nil {
		return nil // then nothing is lent
	}
	return file
})

var pageSize = os.Getpagesize()

// newMapping maps a file, nil where that is not possible: it is read then.
func newMapping(disk *os.File, size int64) *mapping {
	if pagemap() == nil || size <= 0 {
		return nil
	}
	data, err := unix.Mmap(int(disk.Fd()), 0, int(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_NORESERVE)
	if err != nil {
		return nil
	}
	return &mapping{disk: disk, data: data, seen: make([]uint64, int(size)/window/64+1)}
}

func (m *mapping) close() {
	if m != nil {
		_ = unix.Munmap(m.data)
	}
}

// holds tells whether an address is in the mapping.
func (m *mapping) holds(address uintptr) bool {
	start := uintptr(unsafe.Pointer(unsafe.SliceData(m.data)))
	return address >= start && address-start < uintptr(len(m.data))
}

// again tells whether all of a part was asked for before; now it was.
func (m *mapping) again(part loan) (all bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	all = true
	for w := part.from / window; w*window < part.to; w++ {
		bit := uint64(1) << (w % 64)
		all = all && m.seen[w/64]&bit != 0
		m.seen[w/64] |= bit
	}
	return all
}

// lend gives away a part of the file, not ok if somebody has some of it already:
// what one changes the other must not see.
func (m *mapping) lend(part loan) (data []byte, ok bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	for _, other := range m.lent {
		if part.from < other.to && other.from < part.to {
			return nil, false
		}
	}
	m.lent = append(m.lent, part)
	return m.data[part.from:part.to:part.to], true
}

// takeBack takes back what was lent. Pages that were written to have become
// memory of their own. They are dropped, but for those at the ends, which others
// may be working on: there the bytes are read from the file again.
func (m *mapping) takeBack(part loan) error {
	defer func() {
		m.mutex.Lock()
		defer m.mutex.Unlock()
		i := slices.Index(m.lent, part)
		m.lent = slices.Delete(m.lent, i, i+1)
	}()
	changed := pagesPool.Get().(*[]uint64)
	defer pagesPool.Put(changed)
	const most = 4096 // pages looked at at a time
	for from := part.from - part.from%pageSize; from < part.to; from += most * pageSize {
		pages := min((part.to-from+pageSize-1)/pageSize, most)
		entries := (*changed)[:pages]
		if err := m.pages(from, entries); err != nil {
			return err
		}
		if err := m.restore(part, from, entries); err != nil {
			return err
		}
	}
	return nil
}

// pagesPool has the memory for asking about pages.
var pagesPool = sync.Pool{New: func() any { entries := make([]uint64, 4096); return &entries }}

// pages asks the kernel about the pages from a place on.
func (m *mapping) pages(from int, entries []uint64) error {
	address := uintptr(unsafe.Pointer(unsafe.SliceData(m.data))) + uintptr(from)
	raw := unsafe.Slice((*byte)(unsafe.Pointer(&entries[0])), 8*len(entries))
	if _, err := pagemap().ReadAt(raw, int64(address/uintptr(pageSize))*8); err != nil {
		return fmt.Errorf("/proc/self/pagemap: %w", err)
	}
	return nil
}

// ours tells whether a page is no longer the file's, by its entry: present or
// swapped out, and not of a file.
// https://docs.kernel.org/admin-guide/mm/pagemap.html
func ours(entry uint64) bool {
	const present, swapped, ofFile = 1 << 63, 1 << 62, 1 << 61
	return entry&swapped != 0 || entry&present != 0 && entry&ofFile == 0
}

func (m *mapping) restore(part loan, from int, entries []uint64) error {
	for i := 0; i < len(entries); i++ {
		if !ours(entries[i]) {
			continue
		}
		start, stop := from+i*pageSize, from+(i+1)*pageSize
		if start < part.from || stop > part.to { // others have the rest of it
			start, stop = max(start, part.from), min(stop, part.to)
			if _, err := m.disk.ReadAt(m.data[start:stop], int64(start)); err != nil {
				return err
			}
			continue
		}
		for i+1 < len(entries) && ours(entries[i+1]) && stop+pageSize <= part.to {
			i++
			stop += pageSize
		}
		if err := unix.Madvise(m.data[start:stop], unix.MADV_DONTNEED); err != nil {
			return err
		}
	}
	return nil
}

// Unchanged tells that the file is still what it was when it was opened; else the
// error wraps [ErrChanged]. A file that was removed is still there for us.
func (f *File) Unchanged() error {
	var now unix.Stat_t
	if err := unix.Fstat(int(f.disk.Fd()), &now); err != nil {
		return f.fail("read", "", err)
	}
	before := f.info.Sys().(*syscall.Stat_t)
	if now.Size != before.Size || now.Mtim != unix.Timespec(before.Mtim) || now.Nlink == before.Nlink && now.Ctim != unix.Timespec(before.Ctim) {
		return f.fail("read", "", fmt.Errorf("%w: it has %d bytes, and had %d", ErrChanged, now.Size, f.size))
	}
	if now.Nlink > 0 {
		return nil
	}
	if info, err := os.Stat(f.path); err == nil && !os.SameFile(info, f.info) {
		return f.fail("read", "", fmt.Errorf("%w: another has its name now", ErrChanged))
	}
	return nil
}

// sameChange tells whether files were last changed in anything at the same time. A
// link more or less is no change of what is in them.
func sameChange(before, now fs.FileInfo) bool {
	b, n := before.Sys().(*syscall.Stat_t), now.Sys().(*syscall.Stat_t)
	return b.Ctim == n.Ctim || b.Nlink != n.Nlink
}

// inode is the number of a file on its disk.
func inode(info fs.FileInfo) uint64 { return info.Sys().(*syscall.Stat_t).Ino }

// askAhead is off where a benchmark wants to know what asking is worth.
var askAhead = true

// ask asks for a part of the file that is not in memory yet: asking for what is
// there would cost a walk over its pages.
func (f *File) ask(part transfer) {
	if part.size <= 0 || part.address < 0 || !askAhead {
		return
	}
	fd := int(f.disk.Fd())
	if there(fd, part.address) && there(fd, part.address+part.size-1) {
		return
	}
	_ = unix.Fadvise(fd, int64(part.address), int64(part.size), unix.FADV_WILLNEED) // it is advice
}

// there tells whether a byte of a file can be read without waiting.
func there(fd, address int) bool {
	var into byte
	iov := unix.Iovec{Base: &into, Len: 1}
	n, _, _ := unix.Syscall6(unix.SYS_PREADV2, uintptr(fd), uintptr(unsafe.Pointer(&iov)), 1, uintptr(address), 0, unix.RWF_NOWAIT)
	runtime.KeepAlive(&into)
	return n == 1
}
