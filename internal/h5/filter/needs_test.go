package filter_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestNeeds builds without cgo, and without headers: what is said names the packages to
// install.
func TestNeeds(t *testing.T) {
	build := exec.Command("go", "build", ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	for _, command := range []*exec.Cmd{build, exec.Command("gcc", "-nostdinc", "-isystem", t.TempDir(), "-fsyntax-only", "needs.h")} {
		out, err := command.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "libhdf5-dev libisal-dev") {
			t.Errorf("%v: %v, says\n%s", command, err, out)
		}
	}
}
