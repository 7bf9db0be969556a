package pasha

import (
	"errors"
	"fmt"
	"io"
	"os"

	"extrapasha/internal/crew"
	"extrapasha/internal/npy"
	"extrapasha/internal/pending"
	"extrapasha/internal/regular"
)

// The .npy format, version 1.0, is documented at
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html: a
// magic number, the length of the header, the header as a Python dictionary
// padded to a multiple of 64 bytes, and the elements.

// ErrNPY is wrapped by errors about what an .npy or .npz file holds.
var ErrNPY = npy.Err

// NPY is an array of any number type that can be written as .npy.
type NPY interface {
	WriteNPY(w io.Writer) error
}

// WriteNPY writes the array in NumPy's .npy format: bool, integers, floats
// (float16 too) and complex numbers, of any shape. A compact array, in C or in
// Fortran order, is written in one go.
func (a Array[T]) WriteNPY(w io.Writer) error {
	data, fortran := a, false
	if !a.Compact() {
		if fortran = a.T().Compact(); !fortran {
			data = a.Copy()
		}
	}
	if err := (npy.Elements[T]{Data: data.Data[:a.Size()], Shape: a.shape, Fortran: fortran}).Write(w); err != nil {
		return fmt.Errorf("pasha: %w", err)
	}
	return nil
}

// LoadOption changes where [LoadNPY] and [LoadNPZ] put an array.
type LoadOption func(*loading) error

type loading struct {
	shared Context // where the array is to be, nil for the heap
}

// Shared puts the array where every worker of the default context sees it, as
// [Array.Share] does: without a copy where the file tells its size, as it does unless it
// is compressed.
func Shared() LoadOption {
	return func(l *loading) (err error) {
		l.shared, err = Default()
		return err
	}
}

// ReadNPY reads an array in NumPy's .npy format (versions 1 to 3). The elements
// must be of type T, in either byte order. Memory is made as data comes, whatever the
// header says.
func ReadNPY[T any](r io.Reader) (Array[T], error) {
	e, err := npy.Read[T](r)
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %w", err)
	}
	return arrayOf(e.Data, e.Shape, e.Fortran), nil
}

// SaveNPY writes the array to an .npy file. The file appears complete or not at
// all.
func (a Array[T]) SaveNPY(path string) error {
	return writeFile(path, a.WriteNPY)
}

// LoadNPY reads an .npy file, see [ReadNPY]. It must be a file, not a pipe.
//
//	gain, err := psh.LoadNPY[float32]("gain.npy", psh.Shared())
func LoadNPY[T any](path string, options ...LoadOption) (Array[T], error) {
	return load(path, options, func(file *os.File, size int64, memory npy.Memory) (npy.Elements[T], error) {
		return npy.ReadFile[T](file, size, memory)
	})
}

// SaveNPZ writes arrays under their names to an .npz file, uncompressed as
// numpy.savez does. The file appears complete or not at all.
func SaveNPZ(path string, arrays map[string]NPY) error {
	return writeFile(path, func(w io.Writer) error { return npy.WriteArchive(w, arrays) })
}

// LoadNPZ reads the array of that name from an .npz file, and makes sure that it is what
// was written, by its checksum.
func LoadNPZ[T any](path, name string, options ...LoadOption) (Array[T], error) {
	return load(path, options, func(file *os.File, size int64, memory npy.Memory) (npy.Elements[T], error) {
		return npy.ReadEntry[T](file, size, name, memory)
	})
}

// load reads an array from a file to where it is to be. What is no file, such as a pipe
// that nobody writes to, is not waited for.
func load[T any](path string, options []LoadOption, read func(*os.File, int64, npy.Memory) (npy.Elements[T], error)) (Array[T], error) {
	var plan loading
	for _, option := range options {
		if err := option(&plan); err != nil {
			return Array[T]{}, err
		}
	}
	file, info, err := regular.Open(path)
	if errors.Is(err, regular.ErrNotRegular) {
		err = fmt.Errorf("%w: %w", ErrNPY, err)
	}
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %w", err) // which names it
	}
	defer file.Close()
	memory := npy.Memory{Alloc: Serial().Alloc, Free: crew.Memory.Free}
	if plan.shared != nil {
		memory.Alloc = plan.shared.Alloc
	}
	e, err := read(file, info.Size(), memory)
	array := arrayOf(e.Data, e.Shape, e.Fortran)
	if err == nil && plan.shared != nil {
		array, err = array.Share(In(plan.shared))
	}
	if err != nil {
		return Array[T]{}, fmt.Errorf("pasha: %s: %w", path, err)
	}
	return array, nil
}

// writeFile writes a file that appears under its name once it is complete.
func writeFile(path string, write func(io.Writer) error) error {
	if err := pending.Write(path, 0o644, write); err != nil {
		return fmt.Errorf("pasha: %w", err)
	}
	return nil
}
