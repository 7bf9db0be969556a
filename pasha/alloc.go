package pasha

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"unsafe"

	"github.com/x448/float16"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/memory"
)

// Float16 is a number in half precision (IEEE 754 binary16). Float32() widens it.
type Float16 = float16.Float16

// ErrMemory is wrapped by the error of an allocation that the system refuses, or that
// is more than the machine has.
var ErrMemory = memory.ErrMemory

// AllocOption says what [Alloc] is to make.
type AllocOption func(*allocation) error

type allocation struct {
	shape     []int // nil where none is given
	like      []int // nil where it is like nothing
	fortran   bool
	perWorker bool
	fill      any
	context   Context
}

// once sets a shape that may be given once.
func once(to *[]int, shape []int, option string) error {
	if *to != nil {
		return fmt.Errorf("pasha: %w: Alloc takes one %s, not several", ErrShape, option)
	}
	*to = append([]int{}, shape...)
	return nil
}

// Shape gives the length of each dimension, none for a scalar.
func Shape(shape ...int) AllocOption {
	return func(a *allocation) error { return once(&a.shape, shape, "Shape") }
}

// Like takes the shape of a slice, an array, a key or anything else that is
// [Shaped]; with [Shape] that one counts. An array in Fortran order also gives its
// order.
func Like(value any) AllocOption {
	return func(a *allocation) error {
		if value, ok := value.(interface{ Strides() []int }); ok {
			a.fortran = a.fortran || fortranOrder(value.Strides())
		}
		if shaped, ok := value.(Shaped); ok {
			return once(&a.like, shaped.Shape(), "Like")
		}
		if v := reflect.ValueOf(value); v.Kind() == reflect.Slice || v.Kind() == reflect.Array {
			return once(&a.like, []int{v.Len()}, "Like")
		}
		return fmt.Errorf("pasha: %w: Like needs a slice, an array or something else with a shape, not %T", ErrShape, value)
	}
}

func fortranOrder(strides []int) bool {
	return len(strides) > 1 && slices.IsSorted(strides) && strides[0] < strides[len(strides)-1]
}

// Fortran lays the array out in Fortran order: the first dimension runs fastest.
func Fortran() AllocOption {
	return func(a *allocation) error { a.fortran = true; return nil }
}

// Fill sets every element to value, which must be a number that the element
// type holds exactly (NaN is fine for floats), or a value of that very type.
func Fill(value any) AllocOption {
	return func(a *allocation) error { a.fill = value; return nil }
}

// PerWorker puts one dimension in front, with one slab for each worker of the
// context. A kernel that adds up in Row(worker) needs no lock; the slabs are
// added up after the map. Always C order between the slabs.
func PerWorker() AllocOption {
	return func(a *allocation) error { a.perWorker = true; return nil }
}

// In allocates in the memory of ctx instead of the default context's.
func In(ctx Context) AllocOption {
	return func(a *allocation) error { a.context = ctx; return nil }
}

// Alloc makes an array that every worker of the default context (or that of
// [In]) and the caller share. It is zero unless [Fill] says otherwise, and in C
// order unless [Fortran] does. [Shape] or [Like] must be given; [PerWorker] alone is
// one element for each worker.
//
// Element types with pointers, such as strings, always come from the Go heap.
//
// The error wraps [ErrShape], [ErrMemory] or [ErrContext].
func Alloc[T any](options ...AllocOption) (Array[T], error) {
	var plan allocation
	for _, option := range options {
		if err := option(&plan); err != nil {
			return Array[T]{}, err
		}
	}
	ctx, err := orDefault(plan.context)
	if err != nil {
		return Array[T]{}, err
	}
	plan.context = ctx
	fill, err := fillValue[T](plan.fill)
	if err != nil {
		return Array[T]{}, err
	}
	shape := plan.shape
	if shape == nil {
		shape = plan.like
	}
	if shape == nil && !plan.perWorker {
		return Array[T]{}, fmt.Errorf("pasha: %w: Alloc needs a Shape, or what the array is to be Like", ErrShape)
	}
	if plan.perWorker {
		shape = append([]int{plan.context.Workers()}, shape...)
	}
	data, err := allocData[T](plan.context, shape)
	if err != nil {
		return Array[T]{}, err
	}
	out := arrayOf(data, shape, plan.fortran)
	if plan.perWorker {
		crew.NoteSlabs(out.memory(), shape[0])
	}
	if plan.perWorker && plan.fortran {
		slab := compactStrides(shape[1:], true)
		size := 1
		for _, length := range shape[1:] {
			size *= length
		}
		out.strides = append([]int{size}, slab...)
	}
	if plan.fill != nil {
		err = fillWith(data, fill)
	}
	return out, err
}

// fillWith sets all elements, of large arrays on all cores: what takes the time is that
// the system hands out the memory, page by page.
func fillWith[T any](data []T, value T) error {
	ctx := Serial()
	if len(data) > taskSize {
		ctx = Threads(0)
	}
	return Map(func(_, task, _ int) error {
		part := data[task*taskSize : min((task+1)*taskSize, len(data))]
		for i := range part {
			part[i] = value
		}
		return nil
	}, Range(0, (len(data)+taskSize-1)/taskSize, 1), On(ctx))
}

// AllocFor makes an array with one row for each item of a functor, or anything
// else that has a length: its shape is Len() followed by the given dimensions of
// one row, none for a single number. With options it is [Alloc] that takes them:
//
//	sums, err := psh.Alloc[float64](psh.Shape(items.Len(), 512, 128), psh.In(ctx))
func AllocFor[T any](items interface{ Len() int }, row ...int) (Array[T], error) {
	return Alloc[T](Shape(append([]int{items.Len()}, row...)...))
}

func allocData[T any](ctx Context, shape []int) ([]T, error) {
	size, err := sizeOf[T](shape)
	if err != nil {
		return nil, err
	}
	var zero T
	if cross.HasPointers(reflect.TypeFor[T]()) || unsafe.Sizeof(zero) == 0 {
		if err := memory.Check(size * int(unsafe.Sizeof(zero))); err != nil {
			return nil, fmt.Errorf("pasha: %s of %T: %w", shapeString(shape), zero, err)
		}
		return make([]T, size), nil
	}
	if size == 0 {
		return []T{}, nil
	}
	memory, err := ctx.Alloc(size * int(unsafe.Sizeof(zero)))
	if err != nil {
		return nil, fmt.Errorf("pasha: %s of %T in context %v: %w", shapeString(shape), zero, ctx, err)
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(memory))), size), nil
}

// asBytes is the memory of a slice of values without pointers.
func asBytes[T any](data []T) []byte {
	var zero T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(data))), len(data)*int(unsafe.Sizeof(zero)))
}

// fillValue converts a value to T where nothing is lost by it.
func fillValue[T any](value any) (T, error) {
	var out T
	if value == nil {
		return out, nil
	}
	if same, ok := value.(T); ok {
		return same, nil
	}
	if half, ok := any(&out).(*Float16); ok {
		wide, err := fillValue[float32](value)
		*half = float16.Fromfloat32(wide)
		return out, err
	}
	from, to := reflect.ValueOf(value), reflect.ValueOf(&out).Elem()
	if !isNumber(from.Kind()) || !isNumber(to.Kind()) {
		return out, fmt.Errorf("pasha: Fill: %v (%T) does not fit an array of %T", value, value, out)
	}
	if f, ok := asFloat(from); ok && math.IsNaN(f) && isFloat(to.Kind()) {
		to.SetFloat(f)
		return out, nil
	}
	if !exact(from, to) {
		return out, fmt.Errorf("pasha: Fill: %v (%T) does not fit an array of %T", value, value, out)
	}
	return out, nil
}

// exact sets to from a number of another type and tells whether it still is the
// same number: a decimal fraction rounded to float32 counts as the same.
func exact(from, to reflect.Value) bool {
	if isComplex(from.Kind()) != isComplex(to.Kind()) {
		return false
	}
	converted := from.Convert(to.Type())
	to.Set(converted)
	if f, ok := asFloat(from); ok && isFloat(to.Kind()) {
		return !math.IsInf(converted.Float(), 0) || math.IsInf(f, 0)
	}
	if isComplex(to.Kind()) {
		return true
	}
	// Signs are compared too: -1 and its uint64 convert back and forth.
	return converted.Convert(from.Type()).Equal(from) && negative(from) == negative(converted)
}

func negative(v reflect.Value) bool {
	return v.CanInt() && v.Int() < 0 || v.CanFloat() && v.Float() < 0
}

func asFloat(v reflect.Value) (float64, bool) {
	if !v.CanFloat() {
		return 0, false
	}
	return v.Float(), true
}

func isNumber(k reflect.Kind) bool  { return k >= reflect.Int && k <= reflect.Complex128 }
func isFloat(k reflect.Kind) bool   { return k == reflect.Float32 || k == reflect.Float64 }
func isComplex(k reflect.Kind) bool { return k == reflect.Complex64 || k == reflect.Complex128 }
