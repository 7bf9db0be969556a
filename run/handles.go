package run

import (
	"container/list"
	"errors"
	"io/fs"
	"sync"

	"golang.org/x/sys/unix"

	"extrapasha/internal/h5"
)

// handles keeps files open that were used lately and closes others, so that a
// run of thousands of files needs few descriptors.
var handles = struct {
	sync.Mutex
	open *list.List // of *File, the one used last in front
}{open: list.New()}

// limit is how many files stay open: half of what the process may have open, whatever
// that is by now.
func limit() int {
	var rlimit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &rlimit); err != nil || rlimit.Cur > 1<<16 {
		return 1 << 14
	}
	return max(int(rlimit.Cur/2), 1)
}

// Crowded tells that as many files are open as may be: then none should be held for
// longer than it takes to read.
func Crowded() bool {
	most := limit()
	handles.Lock()
	defer handles.Unlock()
	return handles.open.Len() >= most
}

// handle is a file's part in it, guarded by the lock of handles.
type handle struct {
	file    *h5.File    // nil while closed
	first   fs.FileInfo // what it was when it was opened first
	linked  h5.Linked   // what the files were that it led to
	users   int         // how many use it now: it stays open
	element *list.Element
	opening sync.Mutex // held while the file is being opened
}

// Use calls use with the HDF5 file, opened if it is not. What use takes from
// the file is valid until it returns. Any number of goroutines may use a file.
func (f *File) Use(use func(*h5.File) error) error {
	file, err := f.Acquire()
	if err != nil {
		return err
	}
	defer f.Release()
	return use(file)
}

// Hold opens a dataset, see [Dataset], which is valid until the file is released.
func (f *File) Hold(path string) (*h5.Dataset, error) {
	file, err := f.Acquire()
	if err != nil {
		return nil, err
	}
	dataset, err := file.Dataset(path)
	if err != nil {
		f.Release()
	}
	return dataset, err
}

// Acquire is the HDF5 file, opened if it is not, which stays open until it is released.
func (f *File) Acquire() (*h5.File, error) {
	f.handle.opening.Lock()
	defer f.handle.opening.Unlock()
	if file := f.acquireOpen(); file != nil {
		if err := file.Unchanged(); err != nil {
			f.Release()
			return nil, err
		}
		return file, nil
	}
	closeUnused(limit() - 1)
	file, err := h5.OpenSame(f.path, f.handle.first)
	if errors.Is(err, unix.EMFILE) || errors.Is(err, unix.ENFILE) { // others have opened many
		closeUnused(0)
		file, err = h5.OpenSame(f.path, f.handle.first)
	}
	if err != nil {
		return nil, err
	}
	f.handle.first = file.Info()
	file.Expect(f.home, f.handle.linked)
	handles.Lock()
	defer handles.Unlock()
	f.handle.file, f.handle.users = file, 1
	f.handle.element = handles.open.PushFront(f)
	return file, nil
}

func (f *File) acquireOpen() *h5.File {
	handles.Lock()
	defer handles.Unlock()
	if f.handle.file == nil {
		return nil
	}
	f.handle.users++
	handles.open.MoveToFront(f.handle.element)
	return f.handle.file
}

// Release ends what [File.Acquire] or [File.Hold] began.
func (f *File) Release() {
	handles.Lock()
	defer handles.Unlock()
	f.handle.users--
}

// closeUnused closes the files used longest ago until no more than most are
// open. Files in use are left.
func closeUnused(most int) {
	for _, file := range takeUnused(most) {
		_ = file.Close() // it was only read
	}
}

func takeUnused(most int) (unused []*h5.File) {
	handles.Lock()
	defer handles.Unlock()
	for element := handles.open.Back(); element != nil && handles.open.Len() > most; {
		f := element.Value.(*File)
		element = element.Prev()
		if f.handle.users == 0 {
			unused = append(unused, f.forget())
		}
	}
	return unused
}

// forget takes an open file from the list, for the caller to close.
func (f *File) forget() *h5.File {
	file := f.handle.file
	handles.open.Remove(f.handle.element)
	f.handle.linked = file.Linked()
	f.handle.file, f.handle.element = nil, nil
	return file
}

// Close closes the file, unless it is in use. Whatever is asked next opens it
// again.
func (f *File) Close() error {
	handles.Lock()
	var file *h5.File
	if f.handle.file != nil && f.handle.users == 0 {
		file = f.forget()
	}
	handles.Unlock()
	err := f.closeBehind()
	if file == nil {
		return err
	}
	return errors.Join(err, file.Close())
}
