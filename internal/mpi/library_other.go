//go:build !linux || !cgo

package mpi

import "fmt"

func open() (library, *World, error) {
	return nil, nil, fmt.Errorf("%w: none is known for this system, or this program was built without cgo", ErrNoLibrary)
}
