package versus

import (
	"strings"
	"testing"
	"time"
)

// Told is the time that a program has printed, which has ended with an error or without.
func Told(b testing.TB, out string, err error) time.Duration {
	took, bad := time.ParseDuration(strings.TrimSpace(out))
	if err != nil || bad != nil {
		b.Errorf("%v: %q", err, out)
	}
	return took
}
