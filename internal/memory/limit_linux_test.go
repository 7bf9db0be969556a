package memory

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

const limited = "MEMORY_TEST_LIMITED"

// TestLimitOfProcess asks in a process that may have 300 MiB more than it has.
func TestLimitOfProcess(t *testing.T) {
	if os.Getenv(limited) == "" {
		c := exec.Command("/proc/self/exe", "-test.run", "^TestLimitOfProcess$")
		c.Env = append(os.Environ(), limited+"=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
		return
	}
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var pages uint64
	fmt.Sscan(string(text), &pages)
	most := pages*uint64(os.Getpagesize()) + 300<<20
	if err := unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: most, Max: most}); err != nil {
		t.Fatal(err)
	}
	err = Check(512 << 20)
	if !errors.Is(err, ErrMemory) || !errors.Is(err, unix.ENOMEM) || !strings.Contains(err.Error(), "512 MiB") {
		t.Errorf("%v, want ErrMemory with what was asked for", err)
	}
	if err := Check(checked); err != nil {
		t.Errorf("what is left: %v", err)
	}
}
