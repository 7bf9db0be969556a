// Package pending writes files, and directories of them, that appear complete or not at
// all: under another name beside the place where they will be, with the permissions that
// they will have. What a program leaves that is killed, the next one that writes something
// of that name removes.
package pending

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
)

// files are the names of those that are not complete, and of directories. Whoever makes
// one, or gives it its name, reads end: once that is locked no more come.
var files = struct {
	end   sync.RWMutex
	names sync.Map
}{}

// Write makes a file of what write writes. It replaces one of that name, whose
// permissions it keeps; those of a new one are given, less what the umask takes. The
// error names the file.
func Write(path string, permissions fs.FileMode, write func(io.Writer) error) error {
	file, err := Create(path, permissions)
	if err != nil {
		return err
	}
	defer file.Discard()
	if err := fill(file, write); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, reason(err))
	}
	return file.Complete(true)
}

// create makes a file, or a directory, beside a path, of a name that begins with a point
// and that nobody has, and removes those that a program has left there that was killed.
func create(path string, make func(name string) (*os.File, error)) (*os.File, error) {
	files.end.RLock()
	defer files.end.RUnlock()
	dir, base := filepath.Split(path)
	begin := "." + base[:min(len(base), 200)] + "-" // of 255 that file systems take
	removeAbandoned(dir, begin)
	for {
		name := filepath.Join(dir, fmt.Sprintf("%s%d%s", begin, rand.Uint64(), mark))
		file, err := make(name)
		switch {
		case err == nil && hold(file):
			files.names.Store(name, nil)
			return file, nil
		case err == nil:
			file.Close() // somebody takes it for abandoned
			_ = os.Remove(name)
		case !errors.Is(err, fs.ErrExist):
			return nil, err
		}
	}
}

// mark is how the names of files end that are not complete.
const mark = ".pending"

func fill(file io.Writer, write func(io.Writer) error) error {
	buffer := bufio.NewWriterSize(file, 1<<16)
	if err := write(buffer); err != nil {
		return err
	}
	return buffer.Flush()
}

func rename(file *os.File, path string) error {
	files.end.RLock()
	defer files.end.RUnlock()
	if err := os.Rename(file.Name(), path); err != nil {
		return err
	}
	files.names.Delete(file.Name())
	return nil
}

// discard removes a file, or a directory, unless it has its name.
func discard(file *os.File) {
	if _, left := files.names.LoadAndDelete(file.Name()); left {
		file.Close()
		_ = os.RemoveAll(file.Name()) // there is nothing to be done
	}
}

// reason is an error without the name of the file, which is not the one asked for.
func reason(err error) error {
	switch err := err.(type) {
	case *fs.PathError:
		return err.Err
	case *os.LinkError:
		return err.Err
	}
	return err
}

// End removes all files and directories that are not complete, for a program that ends in the middle:
// whoever wants to start one, or to complete one, waits from now on.
func End() {
	files.end.Lock() // for good
	files.names.Range(func(name, _ any) bool {
		_ = os.RemoveAll(name.(string)) // there is nothing to be done
		return true
	})
}
