package pasha

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/fold"
)

// Fold tells how [Reduce] makes one value or array of the items of a functor.
//
//	sum := psh.Fold[psh.Array[uint16], float64]{
//		Shape: []int{512, 128},
//		Kernel: func(part psh.Array[float64]) psh.Kernel[psh.Array[uint16]] {
//			return func(worker, index int, frame psh.Array[uint16]) error {
//				for i, x := range frame.Data {
//					part.Data[i] += float64(x)
//				}
//				return nil
//			}
//		},
//		Merge: func(part, next psh.Array[float64]) {
//			for i, x := range next.Data {
//				part.Data[i] += x
//			}
//		},
//	}
//
// Parts are arrays like the result, compact and in C order. An element may be of any
// type; for worker processes it must be one without pointers.
type Fold[V, A any] struct {
	// Shape is that of the result; none is one value, in Data[0].
	Shape []int
	// Start is what each element is before there was an item: what changes nothing
	// when it is merged.
	Start A
	// Kernel makes the kernel that folds items into a part, which belongs to that
	// kernel alone. It is called for each part. What the kernel changes besides
	// should not depend on the worker or on the items before, since an item may be
	// done twice, see [Retry].
	Kernel func(part Array[A]) Kernel[V]
	// Merge adds to a part what was folded of the items behind it, and leaves next
	// as it is.
	Merge func(part, next Array[A])
}

// By has a reduction fold each item into the group of its index: groups has a small
// number for each item of the functor, such as the memory cell of a frame or the scan
// step of a train. Items of negative ones are left out. The result has one more
// dimension, the first, as long as the largest number needs.
func By(groups []int) MapOption {
	return func(m *mapping) { m.groups = slices.Clip(append([]int{}, groups...)) }
}

// Reduce folds all items of the functor into one value or array, on the workers of the
// default context (or that of [On]). The result is the same to the last bit on any
// context with any number of workers: items are folded in blocks that depend on the
// functor alone (its length and, if it is a [Divider], its cuts), each into a part of
// its own, from the first to the last, and the parts are merged in the order of the
// blocks. No more than two parts for each worker are there at a time, three where ranks
// send them: a worker that would be further ahead waits.
//
// The result is in memory that all workers share, as if [Alloc] had made it. Errors,
// panics and options are as those of [Map]; a [*MapError] of Merge has the index of the
// first item of next.
func Reduce[V, A any](fold Fold[V, A], functor Functor[V], options ...MapOption) (Array[A], error) {
	m, err := planFold(functor, options)
	if err != nil {
		return Array[A]{}, err
	}
	return runFold(m, &Job{closure: fold.Kernel}, fold, functor, nil)
}

// planFold is plan for a fold that pasha does not have itself.
func planFold[V any](functor Functor[V], options []MapOption) (*mapping, error) {
	m, err := plan("Reduce", functor, options)
	if err == nil && m.skipNaN {
		err = errors.New("pasha: SkipNaN is for reductions that pasha has itself, not for a Fold")
	}
	return m, err
}

// runFold runs a reduction. pack is what crosses to worker processes, but for the parts;
// nil where nothing can.
func runFold[V, A any](m *mapping, job *Job, f Fold[V, A], functor Functor[V], pack func() (*crew.Packed, error)) (Array[A], error) {
	if err := f.check(); err != nil {
		return Array[A]{}, err
	}
	groups, err := fold.Groups(m.groups, functor.Len())
	if err != nil {
		return Array[A]{}, fmt.Errorf("pasha: By: %w", err)
	}
	m.cuts = cutsOf(functor)
	shares := crew.Blocks(functor.Len(), groups, m.cuts)
	result, err := Alloc[A](Shape(append([]int{groups}, f.Shape...)...), In(m.context))
	if err != nil {
		return result, err
	}
	parts, err := newParts(m, result, len(shares))
	defer parts.Free()
	if err == nil && groups > 0 {
		if pack != nil {
			job.job.Pack = func() (*crew.Packed, error) {
				packed, err := pack()
				if err == nil {
					err = parts.Pack(packed)
				}
				return packed, err
			}
		}
		prepareFold(&job.job, parts, f, functor)
		err = m.run(job, functor.Len(), shares)
	}
	if err != nil {
		return Array[A]{}, errors.Join(err, result.Free())
	}
	parts.Finish(f.Start)
	if m.groups == nil {
		return result.Row(0), nil
	}
	return result, nil
}

// newParts makes the parts of a reduction in so many blocks, where all workers see them.
func newParts[A any](m *mapping, result Array[A], blocks int) (*fold.Parts[A], error) {
	_, sent := m.context.(byMPI)
	groups, window := result.Len(), fold.Window(m.context.Workers(), blocks, sent)
	p := &fold.Parts[A]{Window: window, Groups: groups, Size: result.Size() / max(groups, 1)}
	p.Result.Data = result.Data
	var errs [4]error
	p.Parts.Data, errs[0] = allocData[A](m.context, []int{window, fold.Room[A](result.Size())})
	p.Seen.Data, errs[1] = allocData[bool](m.context, []int{window + 2, groups})
	if m.retries > 0 {
		p.Kept.Data, errs[2] = allocData[A](m.context, result.shape)
	}
	if m.groups != nil {
		p.GroupOf.Data, errs[3] = allocData[int32](m.context, []int{len(m.groups)})
		for i := range p.GroupOf.Data {
			p.GroupOf.Data[i] = int32(max(m.groups[i], -1))
		}
	}
	return p, cmp.Or(errs[:]...)
}

// prepareFold has a job fold the items of a functor into the parts.
func prepareFold[V, A any](job *crew.Job, p *fold.Parts[A], f Fold[V, A], functor Functor[V]) {
	job.Parts = p.Of(func(result, next []A) { f.Merge(f.part(result), f.part(next)) })
	job.Bind = func(w *crew.Hand) func(crew.Share) error {
		return func(share crew.Share) error {
			kernel, err := f.into(p, job.Parts.Of(w))
			if err != nil {
				return err
			}
			return bind(job, w, kernel, functor)(share)
		}
	}
}

// part is a row of a part, or of the result, as users know it.
func (f *Fold[V, A]) part(row []A) Array[A] { return arrayOf(row, f.Shape, false) }

// into makes the kernel that folds items into a part, each into the row of its group.
func (f *Fold[V, A]) into(p *fold.Parts[A], part int) (Kernel[V], error) {
	p.Begin(part)
	if len(p.GroupOf.Data) == 0 {
		return f.row(p, part, 0)
	}
	kernels := make([]Kernel[V], p.Groups)
	return func(worker, index int, value V) (err error) {
		group := p.GroupOf.Data[index]
		if group < 0 {
			return nil
		}
		if kernels[group] == nil {
			if kernels[group], err = f.row(p, part, int(group)); err != nil {
				return err
			}
		}
		return kernels[group](worker, index, value)
	}, nil
}

// row makes the kernel that folds into the row of a group, which has had no item.
func (f *Fold[V, A]) row(p *fold.Parts[A], part, group int) (Kernel[V], error) {
	kernel := f.Kernel(f.part(p.Open(part, group, f.Start)))
	if kernel == nil {
		return nil, errNoKernel
	}
	return kernel, nil
}

func (f *Fold[V, A]) check() error {
	if f.Kernel == nil || f.Merge == nil {
		return errors.New("pasha: Reduce needs a Fold with Kernel and Merge, one is nil")
	}
	return nil
}

// FoldRecipe is a [Fold] that can run in other processes, see [Recipe].
type FoldRecipe[A, V, R any] struct {
	name string
	fold func(args A) Fold[V, R]
}

// RegisterFold declares a fold that may run in other processes, as a function that
// makes it from its arguments. All that is said of [Register] holds for it.
func RegisterFold[A, V, R any](name string, fold func(args A) Fold[V, R]) *FoldRecipe[A, V, R] {
	recipe := &FoldRecipe[A, V, R]{name, fold}
	register[V](name, recipe)
	return recipe
}

// Reduce is [Reduce] with the fold that the recipe makes from the arguments. It runs on
// any context; arguments and functor cross as those of [Recipe.Map] do.
func (r *FoldRecipe[A, V, R]) Reduce(args A, functor Functor[V], options ...MapOption) (Array[R], error) {
	m, err := planFold(functor, options)
	if err != nil {
		return Array[R]{}, err
	}
	return r.run(m, args, functor)
}

func (r *FoldRecipe[A, V, R]) run(m *mapping, args A, functor Functor[V]) (Array[R], error) {
	return runFold(m, &Job{}, r.fold(args), functor, func() (*crew.Packed, error) { return pack(r.name, args, functor) })
}

func (r *FoldRecipe[A, V, R]) unpack(job *crew.Job, p *crew.Parcel) error {
	return unpackJob(job, p, func(args A, functor Functor[V]) error {
		f := r.fold(args)
		if err := f.check(); err != nil {
			return err
		}
		var parts fold.Parts[R]
		if err := cross.Decode(p.Parts, &parts); err != nil {
			return fmt.Errorf("parts: %w", err)
		}
		prepareFold(job, &parts, f, functor)
		return nil
	})
}
