package pasha

import (
	"fmt"
	"reflect"

	"github.com/x448/float16"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/memory"
	"extrapasha/internal/number"
	"extrapasha/internal/strided"
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
			a.fortran = a.fortran || strided.Fortran(value.Strides())
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
	var fill T
	if plan.fill != nil {
		if fill, err = number.Convert[T](plan.fill); err != nil {
			return Array[T]{}, fmt.Errorf("pasha: Fill: %w", err)
		}
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
		slab := strided.Axes{Lengths: shape[1:], Strides: strided.Compact(shape[1:], true)}
		out.strides = append([]int{slab.Size()}, slab.Strides...)
	}
	if plan.fill != nil {
		err = fillWith(data, fill)
	}
	return out, err
}

// fillWith sets all elements, of large arrays on all cores: what takes the time is that
// the system hands out the memory, page by page.
func fillWith[T any](data []T, value T) error {
	const size = 1 << 16
	return onCores((len(data)+size-1)/size, func(task int) {
		part := data[task*size : min((task+1)*size, len(data))]
		for i := range part {
			part[i] = value
		}
	})
}

// onCores calls work for each task, on all cores.
func onCores(tasks int, work func(task int)) error {
	ctx := Serial()
	if tasks > 1 {
		ctx = Threads(0)
	}
	return Map(func(_, task, _ int) error { work(task); return nil }, Range(0, tasks, 1), On(ctx))
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
	size, err := strided.Size[T](shape)
	if err != nil {
		return nil, fmt.Errorf("pasha: %w", err)
	}
	var zero T
	bytes := size * memory.SizeOf[T]()
	if cross.HasPointers(reflect.TypeFor[T]()) || memory.SizeOf[T]() == 0 {
		if err := memory.Check(bytes); err != nil {
			return nil, fmt.Errorf("pasha: %s of %T: %w", strided.Text(shape), zero, err)
		}
		return make([]T, size), nil
	}
	if size == 0 {
		return []T{}, nil
	}
	data, err := ctx.Alloc(bytes)
	if err != nil {
		return nil, fmt.Errorf("pasha: %s of %T in context %v: %w", strided.Text(shape), zero, ctx, err)
	}
	return memory.Of[T](data), nil
}
