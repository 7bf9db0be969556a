package pasha

import (
	"fmt"
	"os"
	"runtime/debug"
	"sync"

	"extrapasha/internal/crew"
	"extrapasha/internal/lent"
)

// DebugVariable is the environment variable that has mistakes of kernels found, at the
// cost of time. Its value "lent" is about rows that kernels are lent, such as those of
// package keydata, and keep past their return: there other data lies next. With it
// they get copies that end with them. Where a kernel touches one later, on Linux, the
// map fails with an error that names the item and the one that it kept the rows of;
// where the program does so after the map, or in another goroutine, it ends with
// "unexpected fault address" in that very line. Elsewhere, and where elements are
// strings, such rows hold nonsense.
const DebugVariable = lent.Variable

var tellOnce sync.Once

// debugging tells whether kept rows are to be found, the user too.
func debugging() (on bool, err error) {
	if on, err = lent.Debug(); err != nil {
		return false, fmt.Errorf("pasha: %w", err)
	}
	if on {
		tellOnce.Do(func() {
			fmt.Fprintf(os.Stderr, "pasha: %s=lent: kernels are lent copies, and an \"unexpected fault address\" is one touched after its kernel returned\n", lent.Variable)
		})
	}
	return on, nil
}

// panicked is the error of a panic, which may be a fault in rows that were kept.
func panicked(w *crew.Hand, value any) error {
	if fault, ok := value.(interface{ Addr() uintptr }); ok {
		if err := lent.Fault(fault.Addr(), lent.Item(*w.Item, 0)); err != nil {
			return err
		}
	}
	return &PanicError{Value: value, Stack: debug.Stack()}
}
