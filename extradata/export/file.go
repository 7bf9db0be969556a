package export

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
	"extrapasha/internal/pending"
)

// ErrClosed is what is wrong with a file that is closed or discarded.
var ErrClosed = errors.New("the file is closed")

// File is a file of results that is being written. Any goroutine may use it. It appears
// under its name with [File.Close]; until then, and after [File.Discard], what was there
// is as it was.
type File struct {
	path    string
	netCDF  bool
	level   int
	origin  extradata.Origin
	pending *pending.File
	writer  *h5.Writer

	use   sync.RWMutex // held for reading while something is written
	mutex sync.Mutex   // of what follows
	err   error        // that spoiled the file, or ErrClosed
	names map[string]*named
	axes  []axis
	later []attribute // of dimensions and coordinates
	open  []*filling
}

// Option changes how files are written.
type Option func(*File) error

// Deflated compresses arrays at a level of 1 to 9, shuffled, in chunks of a megabyte.
// Without it they are written as they are, which is as fast as the disk, and which others
// can map into memory.
func Deflated(level int) Option {
	return func(f *File) error {
		if level < 1 || level > 9 {
			return fmt.Errorf("deflated at level %d, expected 1 to 9", level)
		}
		f.level = level
		return nil
	}
}

// From tells what the results are made of, see [extradata.DataCollection.Origin]. Without it
// the file tells the program and the date, see [extradata.NewOrigin].
func From(origin extradata.Origin) Option {
	return func(f *File) error {
		f.origin = origin
		return nil
	}
}

// Create starts a file, which replaces one of that name: NetCDF 4 where the name ends
// with .nc, else HDF5. It ends with [File.Close] or [File.Discard].
func Create(path string, options ...Option) (*File, error) {
	f := &File{path: path, netCDF: strings.EqualFold(filepath.Ext(path), ".nc"), names: map[string]*named{}}
	var err error
	if f.origin, err = extradata.NewOrigin(); err != nil {
		return nil, fmt.Errorf("export: %s: %w", path, err)
	}
	for _, option := range options {
		if err := option(f); err != nil {
			return nil, fmt.Errorf("export: %s: %w", path, err)
		}
	}
	if err := f.start(); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return f, nil
}

func (f *File) start() (err error) {
	if f.pending, err = pending.Create(f.path, 0o644); err != nil {
		return err
	}
	if f.writer, err = h5.CreateIn(f.pending.File, f.path, h5.Form{Ordered: true}); err != nil {
		f.pending.Discard()
		return err
	}
	if err = f.writer.SetAttribute("/", extradata.OriginName, f.origin.Text()); err != nil {
		f.discard()
	}
	return err
}

// Close completes the file and gives it its name. Rows that were not put are filled with
// NaN, those of other types with 0. A file that something went wrong with is thrown away,
// and the error is the first that did.
func (f *File) Close() error {
	f.use.Lock()
	defer f.use.Unlock()
	if f.err == ErrClosed {
		return nil
	}
	defer f.discard()
	if f.err == nil {
		f.err = f.complete()
	}
	if f.err != nil {
		return fmt.Errorf("export: %w", f.err)
	}
	return nil
}

func (f *File) complete() error {
	for _, rows := range f.open {
		if err := rows.finish(); err != nil {
			return err
		}
		rows.data.Close()
	}
	f.open = nil
	if err := f.writeAxes(); err != nil {
		return err
	}
	for _, a := range f.later {
		if err := f.setAttribute(a.of, a.name, a.value); err != nil {
			return err
		}
	}
	if err := f.writer.Close(); err != nil {
		return err
	}
	return f.pending.Complete(true)
}

// Discard throws the file away, unless it is closed.
func (f *File) Discard() {
	f.use.Lock()
	defer f.use.Unlock()
	if f.err != ErrClosed {
		f.discard()
	}
}

// discard ends the file, complete or not. It must not be in use.
func (f *File) discard() {
	f.err = ErrClosed
	for _, rows := range f.open {
		rows.data.Close()
	}
	f.writer.Discard()
	f.pending.Discard()
}

// using does something while the file is open and sound.
func (f *File) using(do func() error) error {
	f.use.RLock()
	defer f.use.RUnlock()
	if err := f.state(nil); err != nil {
		return err
	}
	return do()
}

// writing does what spoils the file if it fails.
func (f *File) writing(do func() error) error {
	return f.using(func() error { return f.state(do()) })
}

// state is what is wrong with the file. The first error that it is told spoils it: it has
// less than it should.
func (f *File) state(err error) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.err == nil {
		f.err = err
	}
	return f.err
}

// cannot is an error of the system without the name that the file has for now.
func (f *File) cannot(err error) error {
	var system *fs.PathError
	if errors.As(err, &system) {
		err = system.Err
	}
	return fmt.Errorf("cannot write %s: %w", f.path, err)
}
