package ranks

import (
	"fmt"
	"os"
	"syscall"
)

// kill ends a rank that is taken for dead, if it is on this machine: it may be stopped, and
// its launcher would wait for it. That the process is one of this program is made sure of.
func (r *rank) kill(host string) {
	if r.line.Host() != host {
		return
	}
	own, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	if other, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", r.pid)); err == nil && other == own && r.pid != os.Getpid() {
		_ = syscall.Kill(r.pid, syscall.SIGKILL)
	}
}
