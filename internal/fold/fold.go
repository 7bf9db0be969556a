// Package fold has the parts of a reduction and its result, where all workers see them.
//
// Items belong to groups, mostly to one. A part, and the result, have a row of elements for
// each group; rows that no item belongs to are not touched.
package fold

import (
	"fmt"
	"math"
	"reflect"

	"extrapasha/internal/crew"
	"extrapasha/internal/cross"
	"extrapasha/internal/memory"
	"extrapasha/internal/strided"
)

// Parts are the parts of a reduction and its result.
type Parts[A any] struct {
	Window, Groups, Size int           // parts, rows of each, elements of a row
	Parts                Shared[A]     // each of [Room] elements
	Result               Shared[A]     // the rows of all groups
	Kept                 Shared[A]     // as Result: what is about to be changed, where a worker may die of it
	Seen                 Shared[bool]  // of the groups of each part, of the result, and of what is kept of it
	GroupOf              Shared[int32] // each item, none where there is one group
}

// Groups is how many groups so many items are in, each in that of its number, all in one
// where none are given. Negative numbers are items to be left out. The error wraps
// [strided.ErrShape].
func Groups(of []int, items int) (int, error) {
	if of == nil {
		return 1, nil
	}
	if len(of) != items {
		return 0, fmt.Errorf("%w: %d groups for %d items", strided.ErrShape, len(of), items)
	}
	most := -1
	for _, group := range of {
		most = max(most, group)
	}
	if most >= math.MaxInt32 {
		return 0, fmt.Errorf("%w: a group of number %d, expected small numbers", strided.ErrShape, most)
	}
	return most + 1, nil
}

// Window is how many parts there are at a time of so many blocks. A worker has one that it
// folds into, one that waits for those before it and, where parts are sent to another
// machine, one on its way.
func Window(workers, blocks int, sent bool) int {
	perWorker := 2
	switch {
	case sent:
		perWorker = 3
	case workers == 1:
		perWorker = 1 // which is merged before the next is begun
	}
	return min(perWorker*workers, blocks)
}

// lines is what no two workers should write to at the same time: cores fetch memory in
// pairs of lines of their caches.
const lines = 128

// Room is how many elements a part of so many has, so that the next is in other lines.
func Room[A any](elements int) int {
	size := max(memory.SizeOf[A](), 1)
	return elements + (lines+size-1)/size
}

// Free gives back all but the result.
func (p *Parts[A]) Free() {
	p.Parts.free()
	p.Kept.free()
	p.Seen.free()
	p.GroupOf.free()
}

// Pack adds the parts to what crosses to other processes, and frees that where it cannot.
func (p *Parts[A]) Pack(to *crew.Packed) (err error) {
	if of := memory.Bytes(p.GroupOf.Data); len(of) > 0 {
		to.Inputs = append(to.Inputs, crew.Place{Memory: of, Elem: 4, Shape: []int{len(p.GroupOf.Data)}, Strides: []int{1}})
	}
	to.Scratch = append(to.Scratch, memory.Bytes(p.Parts.Data), memory.Bytes(p.Seen.Data))
	if to.Parts, err = cross.Encode(p); err != nil {
		to.Free()
	}
	return err
}

// Of are the parts as a job knows them. merge adds the row of a part to that of the result.
func (p *Parts[A]) Of(merge func(result, next []A)) *crew.Parts {
	parts := &crew.Parts{Window: p.Window, Merge: func(part int) { p.merge(part, merge) }, Content: p.content}
	if len(p.Kept.Data) > 0 {
		parts.Keep, parts.Restore = p.keep, p.restore
	}
	return parts
}

// Begin has a part be one that has had no item.
func (p *Parts[A]) Begin(part int) { clear(p.seen(part)) }

// Open makes the row of a group in a part, each element of which starts as given.
func (p *Parts[A]) Open(part, group int, start A) []A {
	p.seen(part)[group] = true
	row := p.rowOf(p.part(part), group)
	reset(row, start)
	return row
}

// Finish makes the rows of the result that had no item what they start as.
func (p *Parts[A]) Finish(start A) {
	for group, seen := range p.seen(p.Window) {
		if !seen {
			reset(p.rowOf(p.Result.Data, group), start)
		}
	}
}

func reset[A any](row []A, start A) {
	if reflect.ValueOf(&start).Elem().IsZero() {
		clear(row)
		return
	}
	for i := range row {
		row[i] = start
	}
}

// seen tells for each group whether a part has it; the part behind the last is the result,
// the next one what is kept of it.
func (p *Parts[A]) seen(part int) []bool { return p.Seen.Data[part*p.Groups : (part+1)*p.Groups] }

// part is the rows of all groups of a part.
func (p *Parts[A]) part(part int) []A {
	from := part * (len(p.Parts.Data) / p.Window)
	return p.Parts.Data[from : from+p.Groups*p.Size]
}

// rowOf is the row of a group.
func (p *Parts[A]) rowOf(rows []A, group int) []A {
	return rows[group*p.Size : (group+1)*p.Size : (group+1)*p.Size]
}

// content is what crosses of a part.
func (p *Parts[A]) content(part int) (seen []bool, elements []byte) {
	return p.seen(part), memory.Bytes(p.part(part))
}

// merge adds a part to the result; the first of a group is the result.
func (p *Parts[A]) merge(part int, merge func(result, next []A)) {
	seen, rows := p.seen(p.Window), p.part(part)
	for group, there := range p.seen(part) {
		result, next := p.rowOf(p.Result.Data, group), p.rowOf(rows, group)
		switch {
		case !there:
		case seen[group]:
			merge(result, next)
		default:
			copy(result, next)
			seen[group] = true
		}
	}
}

// keep copies what of the result merging a part changes, and restore puts it back.
func (p *Parts[A]) keep(part int) {
	p.copyGroups(part, p.Kept.Data, p.seen(p.Window+1), p.Result.Data, p.seen(p.Window))
}

func (p *Parts[A]) restore(part int) {
	p.copyGroups(part, p.Result.Data, p.seen(p.Window), p.Kept.Data, p.seen(p.Window+1))
}

// copyGroups copies the rows of the groups that a part has, and whether they were seen.
func (p *Parts[A]) copyGroups(part int, to []A, toSeen []bool, from []A, fromSeen []bool) {
	for group, there := range p.seen(part) {
		if there {
			copy(p.rowOf(to, group), p.rowOf(from, group))
			toSeen[group] = fromSeen[group]
		}
	}
}
