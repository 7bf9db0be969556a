//go:build !linux

package denied

import (
	"os"
	"testing"
)

// Run does something, or skips the test where permissions do not hold.
func Run(t testing.TB, do func()) {
	t.Helper()
	if os.Getuid() == 0 {
		t.Skip("root may do all")
	}
	do()
}
