package pasha

import (
	"fmt"
	"reflect"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
)

// Share is the array where every worker of the default context (or that of [In]) sees
// it: the array itself if it is there, as it is on threads, else a copy in the memory
// that [Alloc] makes, which [Array.Free] gives back. Calibration constants and masks that
// a program has made or read can so be arguments of a [Recipe]. Elements with pointers
// can only be shared by threads; elsewhere the error wraps [ErrCross].
func (a Array[T]) Share(options ...AllocOption) (Array[T], error) {
	var plan allocation
	for _, option := range options {
		if err := option(&plan); err != nil {
			return Array[T]{}, err
		}
	}
	if plan.shape != nil || plan.like != nil || plan.fortran || plan.perWorker || plan.fill != nil {
		return Array[T]{}, fmt.Errorf("pasha: Share: %w: an array is shared as it is, the only option is In", ErrShape)
	}
	ctx, err := orDefault(plan.context)
	if err != nil || len(a.Data) == 0 || a.seenOn(ctx) {
		return a, err
	}
	var zero T
	if cross.HasPointers(reflect.TypeFor[T]()) {
		return Array[T]{}, fmt.Errorf("pasha: Share: %w: elements of type %T cannot be shared in context %v", ErrCross, zero, ctx)
	}
	out, err := Alloc[T](Like(a), In(ctx))
	if err != nil {
		return out, err
	}
	return out, out.CopyFrom(a)
}

// seenOn tells whether the workers of a context see the array where it is.
func (a Array[T]) seenOn(ctx Context) bool {
	switch ctx.(type) {
	case serial, threads:
		return true
	}
	_, ok := crew.Memory.Find(a.memory())
	return ok && !cross.HasPointers(reflect.TypeFor[T]())
}

// Must is the value, where there is no error; with one it panics. It is for scripts and
// variables at package level, which have nobody to return the error to.
//
//	dark := psh.Must(psh.LoadNPY[float32]("dark.npy", psh.Shared()))
func Must[T any](value T, err error) T {
	Check(err)
	return value
}

// Check panics with an error, where there is one: [Must] of what gives nothing else.
//
//	psh.Check(psh.Map(kernel, items))
func Check(err error) {
	if err != nil {
		panic(err)
	}
}
