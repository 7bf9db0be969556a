package h5

// #include "driver.h"
import "C"

import "syscall"

// libhdf5 is not told that the disk is full: it crashes in some places where it cannot
// write, and keeps files open in others. What it writes then is dropped, see driver.c, and
// the file that it was for is no more than something to close.

// locked does something with the file, with libhdf5's lock held, as long as all of it
// could be written.
func (w *Writer) locked(do func() error) error {
	return locked(func() error {
		if w.failed != nil {
			return w.failed
		}
		return w.tell(do())
	})
}

// closing is locked for what has to be done also where not all could be written.
func (w *Writer) closing(do func() error) error {
	return locked(func() error { return w.tell(do()) })
}

// tell is the error of what was just done, or the first of writing.
func (w *Writer) tell(err error) error {
	if number := C.shim_take_failure(); number != 0 && w.failed == nil {
		w.failed = w.fail("write", "", syscall.Errno(number))
	}
	if w.failed != nil {
		return w.failed
	}
	return err
}
