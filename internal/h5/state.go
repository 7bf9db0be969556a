package h5

import (
	"io/fs"
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
