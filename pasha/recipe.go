package pasha

import (
	"cmp"
	"fmt"
	"reflect"
	"runtime/debug"
	"sync"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
)

// Recipe is a kernel that can run in other processes: what crosses to them is its
// name and its arguments, and each worker makes the kernel for itself.
type Recipe[A, V any] struct {
	name   string
	kernel func(args A) Kernel[V]
}

// recipes are all that are registered, by name.
var recipes = cookbook{byName: map[string]unpacker{}}

type cookbook struct {
	sync.Mutex
	byName map[string]unpacker
}

// find is the recipe of a name, nil where there is none.
func (b *cookbook) find(name string) unpacker {
	b.Lock()
	defer b.Unlock()
	return b.byName[name]
}

// Register declares a kernel that may run in other processes, as a function that
// makes it from its arguments. It must be called when the program starts, for a
// variable at package level, so that every process of the program knows the
// recipe; the name must be its own in the program, or it panics.
//
//	var triple = psh.Register("triple", func(a tripleArgs) psh.Kernel[float64] {
//		return func(worker, index int, value float64) error {
//			a.Out.Data[index] = 3 * value
//			return nil
//		}
//	})
//
// A worker process makes one kernel for each map. What it changes in the arguments
// or in variables of the program stays in that process: results go into arrays.
// Changes of slices, maps or what pointers lead to, in the arguments or the values of
// a [Slice], are an error of the map there, which wraps [ErrCross]; those of variables,
// of fields that are not exported and of types that encode themselves are not noticed.
func Register[A, V any](name string, kernel func(args A) Kernel[V]) *Recipe[A, V] {
	recipe := &Recipe[A, V]{name, kernel}
	register[V](name, recipe)
	return recipe
}

// register makes a recipe for items of type V known by its name.
func register[V any](name string, recipe unpacker) {
	registerFunctors[V]()
	recipes.Lock()
	defer recipes.Unlock()
	if recipes.byName[name] != nil {
		panic(fmt.Sprintf("pasha: two recipes are named %q", name))
	}
	recipes.byName[name] = recipe
}

// Map is [Map] with the kernel that the recipe makes from the arguments. It runs on
// any context.
//
// To worker processes arguments cross as encoding/gob has it: fields of structs
// must be exported, functions and channels cannot cross. Arrays in shared memory
// (see [Alloc]), whether in the arguments or in the functor, are the same memory
// there; other arrays cannot cross, since what is written to them would be lost. The
// rest are copies: a kernel that writes to one fails the map.
// The values of a [Slice] without pointers cross through shared memory, others are
// copies. Functors from other packages than pasha must be known to gob.Register, or to
// their items, see [Crosser].
func (r *Recipe[A, V]) Map(args A, functor Functor[V], options ...MapOption) error {
	made := sync.OnceValue(func() Kernel[V] { return r.kernel(args) })
	job := &Job{}
	job.job.Pack = func() (*crew.Packed, error) { return pack(r.name, args, functor) }
	return run(job, functor, options, made)
}

// unpacker is a recipe without its types, in a worker process.
type unpacker interface {
	// unpack prepares a job from what has crossed.
	unpack(job *crew.Job, p *crew.Parcel) error
}

// unpack prepares a job from what has crossed, by the recipe it is of.
func unpack(job *crew.Job, p *crew.Parcel) error {
	recipe := recipes.find(p.Recipe)
	if recipe == nil {
		return fmt.Errorf("%w: recipe %q is not known here; psh.Register must be called for a variable at package level", ErrCross, p.Recipe)
	}
	return recipe.unpack(job, p)
}

func (r *Recipe[A, V]) unpack(job *crew.Job, p *crew.Parcel) error {
	return unpackJob(job, p, func(args A, functor Functor[V]) error {
		kernel := r.kernel(args)
		if kernel == nil {
			return errNoKernel
		}
		prepare(job, kernel, functor)
		return nil
	})
}

// unpackJob prepares a job from what has crossed, with a function that is given
// arguments and functor.
func unpackJob[A, V any](job *crew.Job, p *crew.Parcel, prepare func(A, Functor[V]) error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	args, functor, err := unpackArgs[A, V](p)
	if err != nil {
		return err
	}
	if items := functor.Len(); items != p.Items {
		return fmt.Errorf("there are %d items here, %d in the program that started the map", items, p.Items)
	}
	if err := prepare(args, functor); err != nil {
		return err
	}
	originals := []*cross.Original{cross.Keep(&args, "arguments")}
	if values, ok := functor.(sliceFunctor[V]); ok && p.Kind == crew.Element && cross.Writable(reflect.TypeFor[V]()) {
		originals = append(originals, cross.Keep((*[]V)(&values), "values"))
	}
	job.Panicked = panicked
	job.Lost = func() (err error) {
		for _, o := range originals {
			err = cmp.Or(err, o.Lost())
		}
		return err
	}
	return nil
}
