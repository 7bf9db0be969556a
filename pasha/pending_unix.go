//go:build unix

package pasha

import "github.com/google/renameio/v2"

// newPendingFile is a file that has its name once it is complete.
func newPendingFile(path string) (*renameio.PendingFile, error) {
	return renameio.NewPendingFile(path, renameio.WithPermissions(0o644))
}
