package h5

import (
	"io/fs"
	"maps"
	"os"
)

// What a file was when it was opened, everything holds that is known of it.

// Same tells whether a file is still what it was: the same file, of the same size,
// last changed at the same times.
func Same(before, now fs.FileInfo) bool {
	return os.SameFile(before, now) && before.Size() == now.Size() && before.ModTime().Equal(now.ModTime()) && sameChange(before, now)
}

// State is what another process is told of a file, to find the same one.
type State struct {
	Size, Modified int64 // bytes, and nanoseconds since 1970
	Inode          uint64
}

// StateOf is the state of a file.
func StateOf(info fs.FileInfo) State {
	return State{info.Size(), info.ModTime().UnixNano(), inode(info)}
}

// Linked is what the files were that others led to, by path.
type Linked map[string]fs.FileInfo

// Linked is what the files were that this one has led to, until it is closed or before,
// see [File.Expect].
func (f *File) Linked() Linked {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if len(f.linked) == 0 {
		return f.expected
	}
	all := maps.Clone(f.expected)
	if all == nil {
		all = Linked{}
	}
	for path, linked := range f.linked {
		all[path] = linked.info
		maps.Copy(all, linked.Linked())
	}
	return all
}

// Expect tells a file that was open before, before it is used, which directory it may
// lead to beside its own without a notice, if any, and what the files were that it has
// led to: where one is another now, opening it is [ErrChanged].
func (f *File) Expect(home string, before Linked) { f.home, f.expected = home, before }
