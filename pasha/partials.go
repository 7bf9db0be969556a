package pasha

import (
	"cmp"
	"reflect"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/memory"
)

// partsPerWorker is how many parts a worker may have at a time: one that it folds
// into, and one that waits for those before it.
const partsPerWorker = 2

// partials are the parts of a reduction and its result, where all workers see them.
// Each has a row for each group of items; rows that no item belongs to are not touched.
type partials[A any] struct {
	Parts  Array[A]     // window, and the rows of all groups with room behind them
	Result Array[A]     // groups, shape
	Kept   Array[A]     // as Result: what is about to be changed, where a worker may die of it
	Seen   Array[bool]  // window, then the result, and what is kept of it; groups
	Groups Array[int32] // of each item, none where there is one group
}

func newPartials[A any](m *mapping, shape []int, groups, blocks int) (*partials[A], error) {
	window := min(partsPerWorker*m.context.Workers(), blocks)
	if m.context.Workers() == 1 {
		window = min(1, blocks) // which is merged before the next is begun
	}
	p, in := &partials[A]{}, In(m.context)
	result := append([]int{groups}, shape...)
	var errs [5]error
	p.Result, errs[0] = Alloc[A](Shape(result...), in)
	p.Parts, errs[1] = Alloc[A](Shape(window, apart[A](p.Result.Size())), in)
	p.Seen, errs[2] = Alloc[bool](Shape(window+2, groups), in)
	if m.retries > 0 {
		p.Kept, errs[3] = Alloc[A](Shape(result...), in)
	}
	if m.groups != nil {
		p.Groups, errs[4] = Alloc[int32](Shape(len(m.groups)), in)
		for i := range p.Groups.Data {
			p.Groups.Data[i] = int32(max(m.groups[i], -1))
		}
	}
	return p, cmp.Or(errs[:]...)
}

// lines is what no two workers should write to at the same time: cores fetch memory in
// pairs of lines of their caches.
const lines = 128

// apart is how many elements there are to be for n of one worker so that those of the
// next are in other lines.
func apart[A any](n int) int {
	size := max(memory.SizeOf[A](), 1)
	return n + (lines+size-1)/size
}

// free gives back all but the result.
func (p *partials[A]) free() {
	for _, array := range []interface{ Free() error }{p.Parts, p.Kept, p.Seen, p.Groups} {
		_ = array.Free() // it is whole, and nobody else has it
	}
}

// pack adds the parts to what crosses to a worker process.
func (p *partials[A]) pack(rest func() (*crew.Packed, error)) (*crew.Packed, error) {
	parcel, err := rest()
	if err != nil {
		return nil, err
	}
	if p.Groups.NDim() > 0 {
		parcel.Inputs = append(parcel.Inputs, p.Groups.place())
	}
	parcel.Scratch = append(parcel.Scratch, p.Parts.memory(), memory.Bytes(p.Seen.Data))
	if parcel.Parts, err = cross.Encode(p); err != nil {
		parcel.Free()
		return nil, err
	}
	return parcel, nil
}

// finish is the result as it is to be, where no item was, too.
func (p *partials[A]) finish(start A, grouped bool) Array[A] {
	for group, seen := range p.seen(p.window()) {
		if !seen {
			reset(p.Result.Row(group).Data, start)
		}
	}
	if grouped {
		return p.Result
	}
	return p.Result.Row(0)
}

func (p *partials[A]) window() int { return p.Parts.shape[0] }

// seen tells for each group whether a part has it; the part behind the last is the
// result, the next one what is kept of it.
func (p *partials[A]) seen(part int) []bool { return p.Seen.Row(part).Data }

func (p *partials[A]) row(part, group int) Array[A] {
	shape := p.Result.shape[1:]
	size := p.Result.Row(group).Size()
	return arrayOf(p.Parts.Row(part).Data[group*size:(group+1)*size:(group+1)*size], shape, false)
}

// content is what crosses of a part.
func (p *partials[A]) content(part int) (seen []bool, elements []byte) {
	return p.seen(part), memory.Bytes(p.Parts.Row(part).Data[:p.Result.Size()])
}

// open makes the row of a part that has had no item.
func (p *partials[A]) open(part, group int, start A) Array[A] {
	p.seen(part)[group] = true
	row := p.row(part, group)
	reset(row.Data, start)
	return row
}

func reset[A any](data []A, start A) {
	if reflect.ValueOf(&start).Elem().IsZero() {
		clear(data)
		return
	}
	for i := range data {
		data[i] = start
	}
}

// merge adds a part to the result; the first of a group is the result.
func (p *partials[A]) merge(part int, merge func(part, next Array[A])) {
	result := p.seen(p.window())
	for group, seen := range p.seen(part) {
		switch {
		case !seen:
		case result[group]:
			merge(p.Result.Row(group), p.row(part, group))
		default:
			copy(p.Result.Row(group).Data, p.row(part, group).Data)
			result[group] = true
		}
	}
}

// keep copies what of the result merging a part changes.
func (p *partials[A]) keep(part int) {
	result, kept := p.seen(p.window()), p.seen(p.window()+1)
	for group, seen := range p.seen(part) {
		if seen {
			copy(p.Kept.Row(group).Data, p.Result.Row(group).Data)
			kept[group] = result[group]
		}
	}
}

// restore puts back what keep has copied.
func (p *partials[A]) restore(part int) {
	result, kept := p.seen(p.window()), p.seen(p.window()+1)
	for group, seen := range p.seen(part) {
		if seen {
			copy(p.Result.Row(group).Data, p.Kept.Row(group).Data)
			result[group] = kept[group]
		}
	}
}

// prepareFold has a job fold the items of a functor into the parts.
func prepareFold[V, A any](job *crew.Job, p *partials[A], fold Fold[V, A], functor Functor[V]) {
	job.Parts = &crew.Parts{Window: p.window(), Merge: func(part int) { p.merge(part, fold.Merge) }, Content: p.content}
	if p.Kept.NDim() > 0 {
		job.Parts.Keep, job.Parts.Restore = p.keep, p.restore
	}
	job.Bind = func(w *crew.Hand) func(crew.Share) error {
		return func(share crew.Share) error {
			part := job.Parts.Of(w)
			clear(p.seen(part))
			if p.Groups.NDim() > 0 {
				return bind(job, w, groupKernel(p, part, fold), functor)(share)
			}
			kernel := fold.Kernel(p.open(part, 0, fold.Start))
			if kernel == nil {
				return errNoKernel
			}
			return bind(job, w, kernel, functor)(share)
		}
	}
}

// groupKernel folds each item into the row of its group.
func groupKernel[V, A any](p *partials[A], part int, fold Fold[V, A]) Kernel[V] {
	kernels := make([]Kernel[V], len(p.seen(part)))
	return func(worker, index int, value V) error {
		group := p.Groups.Data[index]
		if group < 0 {
			return nil
		}
		if kernels[group] == nil {
			kernel := fold.Kernel(p.open(part, int(group), fold.Start))
			if kernel == nil {
				return errNoKernel
			}
			kernels[group] = kernel
		}
		return kernels[group](worker, index, value)
	}
}
