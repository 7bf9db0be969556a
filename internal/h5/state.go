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
