// Package regular opens files that are named by others, in a run directory or a
// configuration: what bears such a name may be a pipe that nobody writes into, or a tape
// drive, and opening it would wait or do things.
package regular

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrNotRegular is wrapped where a name is not that of a regular file.
var ErrNotRegular = errors.New("not a regular file")

// ErrTooLarge is wrapped where a file has more bytes than may be read.
var ErrTooLarge = errors.New("too large")

// Open opens a regular file for reading, and tells what it is. Nothing else is opened or
// waited for, whatever its name: the error wraps [ErrNotRegular] and says what it is.
func Open(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err == nil {
		err = check(path, info) // opening a device can do something to it
	}
	if err != nil {
		return nil, nil, err
	}
	file, err := os.OpenFile(path, os.O_RDONLY|atOnce, 0)
	if err != nil {
		return nil, nil, err
	}
	// It may have become something else since.
	if info, err = file.Stat(); err == nil {
		err = check(path, info)
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, info, nil
}

// Read reads a regular file that has at most so many bytes, see [Open]; of a larger one
// the error wraps [ErrTooLarge].
func Read(path string, most int64) ([]byte, error) {
	file, info, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info.Size() > most {
		return nil, tooLarge(path, most)
	}
	text := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead))
	if _, err := text.ReadFrom(io.LimitReader(file, most+1)); err != nil {
		return nil, err
	}
	if int64(text.Len()) > most { // it has grown meanwhile
		return nil, tooLarge(path, most)
	}
	return text.Bytes(), nil
}

func tooLarge(path string, most int64) error {
	return &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%w: expected at most %d bytes", ErrTooLarge, most)}
}

func check(path string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return &fs.PathError{Op: "open", Path: path, Err: fmt.Errorf("%w but %s", ErrNotRegular, kind(info.Mode()))}
}

func kind(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "something else"
}
