//go:build !linux

package crew

import (
	"errors"
	"os"
)

var errSystem = errors.New("worker processes need Linux")

// Parent is the line to the process that started this one; ok is false where this
// is not a worker.
func Parent() (line *Line, ok bool) { return nil, false }

type child struct{ line, stdout, stderr *os.File }

func newChild() (*child, error)              { return nil, errSystem }
func (c *child) start() (*os.Process, error) { return nil, errSystem }
func (c *child) close()                      {}

// Processes tells that there are none.
func Processes() (Transport, error) { return nil, errSystem }

func readSome(uintptr, []byte) (n int, again bool) { return 0, false }
func rights([]*os.File) []byte                     { return nil }
func spaceFor(int) int                             { return 0 }
func filesIn([]byte) ([]*os.File, error)           { return nil, errSystem }

// State is not known.
func State(int) string { return "" }

// Stopped is not known.
func Stopped(int) bool { return false }
