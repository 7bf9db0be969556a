package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// writeDirectory makes a directory of files, or fills one that is empty. Where that
// cannot be, nothing of it stays.
func writeDirectory(dir string, files map[string][]byte) error {
	made, err := emptyDirectory(dir)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err = os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			break
		}
	}
	if err != nil {
		for name := range files {
			_ = os.Remove(filepath.Join(dir, name)) // none was there before
		}
		if made {
			_ = os.Remove(dir)
		}
	}
	return err
}

// emptyDirectory makes a directory, unless it is there and empty.
func emptyDirectory(dir string) (made bool, err error) {
	err = os.Mkdir(dir, 0o777)
	if !errors.Is(err, fs.ErrExist) {
		return err == nil, err
	}
	there, err := os.ReadDir(dir)
	if err == nil && len(there) > 0 {
		err = fmt.Errorf("%s is not empty", dir)
	}
	return false, err
}
