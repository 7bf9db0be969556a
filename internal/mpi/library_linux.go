//go:build cgo

package mpi

// #cgo LDFLAGS: -ldl
// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

// opened is the library that is in use; there is one in a process, once.
type opened struct {
	name        string
	slots, ends []C.int
}

// open opens an MPI library and starts it.
func open() (l library, w *World, err error) {
	tame()
	name, err := load(candidates())
	if err != nil {
		return nil, nil, err
	}
	o := &opened{name: name}
	w = &World{}
	var rank, size, funneled C.int
	if err := o.check("MPI_Init_thread", C.mpi_shim_init(&rank, &size, &funneled)); err != nil {
		return nil, nil, err
	}
	if funneled == 0 {
		return nil, nil, fmt.Errorf("%s does not run in programs with more than one thread", name)
	}
	w.rank, w.size = int(rank), int(size)
	w.host = text(func(buffer *C.char, length *C.int) { C.mpi_shim_host(buffer, length) })
	version := text(func(buffer *C.char, length *C.int) { C.mpi_shim_version(buffer, length) })
	version, _, _ = strings.Cut(strings.TrimSpace(version), "\n")
	w.library = fmt.Sprintf("%s (%s)", name, strings.Join(strings.Fields(strings.SplitN(version, ",", 2)[0]), " "))
	return o, w, nil
}

// load opens the first library that is there.
func load(names []string) (string, error) {
	var wrong []string
	for _, name := range names {
		c := C.CString(name)
		reason := C.mpi_shim_open(c)
		C.free(unsafe.Pointer(c))
		if reason == nil {
			return name, nil
		}
		wrong = append(wrong, C.GoString(reason))
	}
	return "", fmt.Errorf("%w: %s (%s names another)", ErrNoLibrary, strings.Join(wrong, "; "), libraryVariable)
}

// text is what a call stores that returns text.
func text(call func(*C.char, *C.int)) string {
	var length C.int
	buffer := (*C.char)(C.calloc(C.MPI_SHIM_TEXT, 1))
	defer C.free(unsafe.Pointer(buffer))
	call(buffer, &length)
	return C.GoStringN(buffer, min(max(length, 0), C.MPI_SHIM_TEXT))
}

func (o *opened) check(call string, code C.int) error {
	switch code {
	case C.MPI_SHIM_OK:
		return nil
	case C.MPI_SHIM_MEMORY:
		return fmt.Errorf("%s: out of memory", call)
	}
	words := text(func(buffer *C.char, length *C.int) { C.mpi_shim_text(code, buffer, length) })
	return &Error{call, words}
}

func start(data []byte) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(data)) }

func (o *opened) send(slot int, data []byte, rank, tag int) error {
	return o.check("MPI_Isend", C.mpi_shim_send(C.int(slot), start(data), C.int(len(data)), C.int(rank), C.int(tag)))
}

func (o *opened) receive(slot int, data []byte, rank, tag int) error {
	return o.check("MPI_Irecv", C.mpi_shim_receive(C.int(slot), start(data), C.int(len(data)), C.int(rank), C.int(tag)))
}

func (o *opened) probe(tag int) (rank, size int, found bool, err error) {
	var f, r, s C.int
	err = o.check("MPI_Iprobe", C.mpi_shim_probe(C.int(tag), &f, &r, &s))
	return int(r), int(s), f != 0, err
}

func (o *opened) test(used int, done func(slot int, err error)) error {
	if used > len(o.slots) {
		o.slots, o.ends = make([]C.int, 2*used), make([]C.int, 2*used)
	}
	if used == 0 {
		return nil
	}
	var n C.int
	if err := o.check("MPI_Testsome", C.mpi_shim_test(C.int(used), &n, &o.slots[0], &o.ends[0])); err != nil {
		return err
	}
	for i := range int(n) {
		done(int(o.slots[i]), o.check("MPI_Testsome", o.ends[i]))
	}
	return nil
}

func (o *opened) cancel(slot int) error { return o.check("MPI_Cancel", C.mpi_shim_cancel(C.int(slot))) }
func (o *opened) finalize() error       { return o.check("MPI_Finalize", C.mpi_shim_finalize()) }
func (o *opened) abort(code int)        { C.mpi_shim_abort(C.int(code)) }

func (o *opened) allocate(size int) []byte {
	return unsafe.Slice((*byte)(C.malloc(C.size_t(max(size, 1)))), size)
}

func (o *opened) free(data []byte) { C.free(start(data)) }
