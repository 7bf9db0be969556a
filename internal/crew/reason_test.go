package crew_test

import (
	"testing"

	"extrapasha/internal/crew"
)

// TestReason finds the line that tells why.
func TestReason(t *testing.T) {
	for words, want := range map[string]string{
		"":                                      "",
		"all is well\n":                         "",
		"noise\npanic: x\n\ngoroutine 1":        "panic: x",
		"fatal error: out of memory\n":          "fatal error: out of memory",
		"SIGSEGV: segmentation violation\nPC=0": "SIGSEGV: segmentation violation",
		"panic: nil pointer\n[signal SIGSEGV: code=0x1]\n":          "panic: nil pointer [signal SIGSEGV: code=0x1]",
		"runtime: goroutine stack exceeds\nfatal error: overflow\n": "runtime: goroutine stack exceeds",
	} {
		if got := (crew.End{Words: words}).Reason(); got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}
