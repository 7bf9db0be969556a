package format

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
)

// ErrSignature is a file that is not of the format.
var ErrSignature = errors.New("not an HDF5 file")

// ErrWriting is a file that a writer has marked: it is still at work, or did not come
// to its end.
var ErrWriting = errors.New("it is marked as open for writing: its writer is still at work, or did not end well (h5clear -s takes the mark off)")

// File is a file of the format. It is safe for use by many goroutines.
type File struct {
	disk io.ReaderAt
	base uint64 // where addresses count from: the size of the user block
	size uint64 // of the file behind that
	root uint64 // address of the root group's header

	shared []sharedHeap // where messages are that objects share

	budget  int64       // bytes of structures that may be looked at for one question
	endless atomic.Bool // that was not enough, once
	images  sync.Pool   // of *image
	groups  sync.Map    // of links, by the address of the header
	objects sync.Map    // of *Object, likewise
	kept    atomic.Int64
}

// budgetLimit is how many bytes of structures are looked at for one question in the
// largest files.
const budgetLimit = 512 << 20

// Open finds the beginning of a file of so many bytes. The error wraps
// [ErrSignature], [ErrForm], [ErrCorrupt] or [ErrWriting].
func Open(disk io.ReaderAt, size int64) (*File, error) {
	base, err := findSignature(disk, size)
	if err != nil {
		return nil, err
	}
	f := &File{disk: disk, base: uint64(base), size: uint64(size - base)}
	f.budget = int64(min(4*f.size+1<<20, budgetLimit))
	m := f.look()
	defer m.done()
	return f, m.superblock()
}

// findSignature looks for the format's signature at 0, 512, 1024, 2048, … (behind a
// user block).
func findSignature(disk io.ReaderAt, size int64) (at int64, err error) {
	const signature = "\x89HDF\r\n\x1a\n"
	b := make([]byte, len(signature))
	for ; at+int64(len(signature)) <= size; at = max(2*at, 512) {
		if _, err := disk.ReadAt(b, at); err != nil {
			return 0, err
		}
		if string(b) == signature {
			return at, nil
		}
	}
	return 0, ErrSignature
}

// superblock finds the root group.
func (m *image) superblock() error {
	b, err := m.at(0, min(48, int(min(m.size, 48))))
	if err != nil {
		return err
	}
	if len(b) < 48 {
		return corrupt("a superblock of %d bytes", len(b))
	}
	var end uint64
	switch version := b[8]; version {
	case 0, 1:
		end, err = m.oldSuperblock(version)
	case 2, 3:
		end, err = m.newSuperblock(b)
	default:
		err = exotic("a superblock of version %d", version)
	}
	switch {
	case err != nil:
		return err
	case end > m.base+m.size:
		return corrupt("the file is truncated: it has %d bytes, and had %d", m.base+m.size, end)
	}
	return nil
}

func (m *image) oldSuperblock(version byte) (end uint64, err error) {
	start := 24 + 4*int(version) // 1 tells of the nodes of chunk indexes, too
	b, err := m.at(0, start+72)
	if err != nil {
		return 0, err
	}
	switch {
	case b[13] != 8 || b[14] != 8:
		return 0, exotic("addresses of %d bytes and lengths of %d", b[13], b[14])
	case little.Uint64(b[start+24:]) != undefined:
		return 0, exotic("a file in several parts")
	}
	m.root = little.Uint64(b[start+40:])
	return little.Uint64(b[start+16:]), nil
}

func (m *image) newSuperblock(b []byte) (end uint64, err error) {
	const writing, following = 1, 4 // marks: a writer, one that readers may follow
	switch {
	case checksum(b[:44]) != little.Uint32(b[44:]):
		return 0, corrupt("the checksum of the superblock does not match")
	case b[9] != 8 || b[10] != 8:
		return 0, exotic("addresses of %d bytes and lengths of %d", b[9], b[10])
	case b[8] == 3 && b[11]&(writing|following) != 0:
		return 0, fmt.Errorf("%w (mark %d)", ErrWriting, b[11])
	}
	m.root = little.Uint64(b[36:])
	m.shared, err = m.sharedHeaps(little.Uint64(b[20:]))
	return little.Uint64(b[28:]), err
}

// Base is what addresses in the file count from: the size of the user block.
func (f *File) Base() int64 { return int64(f.base) }

// Size is the size of the file, with the user block.
func (f *File) Size() int64 { return int64(f.base + f.size) }
