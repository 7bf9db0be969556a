//go:build !linux

package process

import (
	"errors"
	"os"

	"extrapasha/internal/crew"
)

var errSystem = errors.New("worker processes need Linux")

// Parent is the line to the process that started this one; ok is false where this
// is not a worker.
func Parent() (line *Line, ok bool) { return nil, false }

type child struct{ line, stdout, stderr *os.File }

func newChild() (*child, error)              { return nil, errSystem }
func (c *child) start() (*os.Process, error) { return nil, errSystem }
func (c *child) close()                      {}

// Starter tells that there is none.
func Starter() (crew.Starter, error) { return nil, errSystem }

func readSome(uintptr, []byte) (n int, again bool) { return 0, false }
func rights([]*os.File) []byte                     { return nil }
func spaceFor(int) int                             { return 0 }
func filesIn([]byte) ([]*os.File, error)           { return nil, errSystem }

func state(int) string { return "" }
