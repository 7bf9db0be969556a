package denied

import (
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// Run does something, on this goroutine, as one for whom permissions hold.
func Run(t testing.TB, do func()) {
	t.Helper()
	if os.Getuid() != 0 {
		do()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3} // of this thread
	var may [2]unix.CapUserData
	if err := unix.Capget(&header, &may[0]); err != nil {
		t.Fatal(err)
	}
	less := may
	less[0].Effective &^= 1 << unix.CAP_DAC_OVERRIDE
	if err := unix.Capset(&header, &less[0]); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := unix.Capset(&header, &may[0]); err != nil {
			t.Fatal(err)
		}
	}()
	do()
}
