package npy

import (
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"extrapasha/internal/memory"
	"extrapasha/internal/strided"
)

// Elements are the elements of an array, without gaps.
type Elements[T any] struct {
	Data    []T
	Shape   []int
	Fortran bool // the first dimension runs fastest
}

// Write writes header and elements.
func (e Elements[T]) Write(w io.Writer) error {
	descr, err := Type[T]()
	if err != nil {
		return err
	}
	order := "False"
	if e.Fortran {
		order = "True"
	}
	lengths := make([]string, len(e.Shape))
	for i, length := range e.Shape {
		lengths[i] = strconv.Itoa(length) + ","
	}
	_, err = w.Write(FormatHeader(descr, order, strings.Join(lengths, " ")))
	if err == nil {
		_, err = w.Write(memory.Bytes(e.Data))
	}
	if err != nil {
		return fmt.Errorf("writing .npy: %w", err)
	}
	return nil
}

// Memory makes memory for what is known to be there, and takes it back.
type Memory struct {
	Alloc func(bytes int) ([]byte, error)
	Free  func([]byte) bool
}

// source is what elements are read from, and how much that holds at most.
type source struct {
	io.LimitedReader
	there bool // that much it does hold
	Memory
}

// Read reads header and elements, which must be of type T, in either byte order. Memory is
// made as data comes, whatever the header says.
func Read[T any](r io.Reader) (Elements[T], error) {
	return read[T](&source{LimitedReader: io.LimitedReader{R: r, N: math.MaxInt64}})
}

// ReadFile is [Read] from a file of so many bytes, into memory.
func ReadFile[T any](r io.Reader, size int64, memory Memory) (Elements[T], error) {
	return read[T](&source{LimitedReader: io.LimitedReader{R: r, N: size}, there: true, Memory: memory})
}

func read[T any](r *source) (e Elements[T], err error) {
	fail := func(format string, args ...any) (Elements[T], error) {
		return Elements[T]{}, fmt.Errorf("%w: "+format, append([]any{Err}, args...)...)
	}
	header, err := ReadHeader(r)
	if err != nil {
		return fail("%w", err)
	}
	native, err := Type[T]()
	if err != nil {
		return e, err
	}
	order, name := header.Descr.Type[:1], header.Descr.Type[1:]
	if name != native[1:] {
		var zero T
		return fail("the elements are %s%s, expected %s for %T", order, name, native, zero)
	}
	shape := header.Descr.Shape
	data, err := readElements[T](r, shape)
	if errors.Is(err, memory.ErrMemory) {
		return e, err
	}
	if err != nil {
		return fail("%w", err)
	}
	if (order == "<" || order == ">") && order != native[:1] {
		swapBytes(data)
	}
	return Elements[T]{data, shape, header.Descr.Fortran}, nil
}

// firstPiece is how many bytes of memory are made for what may not be there. It is twice
// as much after each piece that was.
const firstPiece = 64 << 10

// readElements reads as many elements as shape has. Memory is made for what is there,
// not for what a damaged header claims.
func readElements[T any](r *source, shape []int) ([]T, error) {
	size, err := strided.Size[T](shape)
	if err != nil {
		return nil, err
	}
	var zero T
	each := memory.SizeOf[T]()
	if int64(size*each) > r.N {
		return nil, fmt.Errorf("the data is cut short, expected %s of %T, %d bytes, there are at most %d", strided.Text(shape), zero, size*each, r.N)
	}
	cut := func(err error) error {
		return fmt.Errorf("the data is cut short, expected %s of %T: %w", strided.Text(shape), zero, err)
	}
	if r.there {
		bytes, err := r.Alloc(max(size*each, 1))
		if err != nil {
			return nil, err
		}
		bytes = bytes[:size*each]
		if _, err := io.ReadFull(r, bytes); err != nil {
			r.Free(bytes)
			return nil, cut(err)
		}
		return memory.Of[T](bytes), nil
	}
	data := []T{}
	for len(data) < size {
		have := len(data)
		next := min(size, max(2*have, firstPiece/each))
		if err := memory.Check(next * each); err != nil {
			return nil, err
		}
		data = append(make([]T, 0, next), data...)[:next]
		if _, err := io.ReadFull(r, memory.Bytes(data[have:])); err != nil {
			return nil, cut(err)
		}
	}
	return data, nil
}

// swapBytes turns the byte order of every number around.
func swapBytes[T any](data []T) {
	width := memory.SizeOf[T]()
	if kind := reflect.TypeFor[T]().Kind(); kind == reflect.Complex64 || kind == reflect.Complex128 {
		width /= 2
	}
	for number := range slices.Chunk(memory.Bytes(data), width) {
		slices.Reverse(number)
	}
}
