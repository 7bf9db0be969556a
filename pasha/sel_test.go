package pasha_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	psh "extrapasha/pasha"
)

// TestSel is what selections pick of a dimension of length 10, as NumPy has it.
func TestSel(t *testing.T) {
	for name, test := range map[string]struct {
		sel  psh.Sel
		want []int
	}{
		"at":                      {psh.At(-1), []int{9}},
		"all":                     {psh.Every(), []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}},
		"[::-4]":                  {psh.Every().By(-4), []int{9, 5, 1}},
		"[5:2:-1]":                {psh.Span(5, 2).By(-1), []int{5, 4, 3}},
		"[2::-1]":                 {psh.Span(2, psh.End).By(-1), []int{2, 1, 0}},
		"[:-3:-1]":                {psh.Span(psh.Begin, -3).By(-1), []int{9, 8}},
		"[0::-1]":                 {psh.Span(0, psh.End).By(-1), []int{0}},
		"[2:5:-1]":                {psh.Span(2, 5).By(-1), []int{}},
		"[99:-99:-5]":             {psh.Span(99, -99).By(-5), []int{9, 4}},
		"[-3:]":                   {psh.Span(-3, psh.End), []int{7, 8, 9}},
		"[:2]":                    {psh.Span(psh.Begin, 2), []int{0, 1}},
		"[-99:99:4]":              {psh.Span(-99, 99).By(4), []int{0, 4, 8}},
		"a step beyond":           {psh.Span(4, 9).By(math.MaxInt), []int{4}},
		"a step beyond, back":     {psh.Span(4, 0).By(math.MinInt), []int{4}},
		"positions":               {psh.Positions(3, -1, 3), []int{3, 9, 3}},
		"no positions":            {psh.Positions(), []int{}},
		"mask":                    {psh.Mask([]bool{false, true, 9: true}), []int{1, 9}},
		"mask that marks nothing": {psh.Mask(make([]bool, 10)), []int{}},
	} {
		if got, err := test.sel.Indices(10); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, test.want)
		}
		if got, err := test.sel.Indices(0); test.want != nil && !test.sel.Listed() && !test.sel.Single() && (err != nil || len(got) > 0) {
			t.Errorf("%s of nothing: %v, %v", name, got, err)
		}
	}
	for name, sel := range map[string]psh.Sel{
		"outside": psh.At(10), "outside from the end": psh.At(-11), "step 0": psh.Every().By(0), "none": {},
		"a position outside": psh.Positions(1, 10), "a short mask": psh.Mask([]bool{true}), "an ellipsis": psh.Ellipsis(),
		"a step of a list": psh.Positions(1, 2).By(2),
	} {
		if got, err := sel.Indices(10); !errors.Is(err, psh.ErrShape) {
			t.Errorf("%s: %v, %v; want ErrShape", name, got, err)
		}
	}
}

func TestExpand(t *testing.T) {
	picked := func(sels []psh.Sel) (lengths []int) {
		for _, sel := range sels {
			indices, err := sel.Indices(10)
			if err != nil {
				t.Fatal(err)
			}
			lengths = append(lengths, len(indices))
		}
		return lengths
	}
	one, two := psh.At(0), psh.Span(0, 2)
	for name, test := range map[string]struct {
		sels []psh.Sel
		want []int
	}{
		"nothing":             {nil, []int{10, 10, 10}},
		"behind":              {[]psh.Sel{one}, []int{1, 10, 10}},
		"ellipsis":            {[]psh.Sel{psh.Ellipsis()}, []int{10, 10, 10}},
		"ellipsis in front":   {[]psh.Sel{psh.Ellipsis(), one}, []int{10, 10, 1}},
		"ellipsis between":    {[]psh.Sel{one, psh.Ellipsis(), two}, []int{1, 10, 2}},
		"ellipsis of nothing": {[]psh.Sel{one, two, psh.Ellipsis(), one}, []int{1, 2, 1}},
	} {
		sels, err := psh.Expand(test.sels, 3)
		if err != nil || !slices.Equal(picked(sels), test.want) {
			t.Errorf("%s: %v, %v; want %v", name, picked(sels), err, test.want)
		}
	}
	for name, sels := range map[string][]psh.Sel{
		"too many":     {one, one, one, one},
		"too many ...": {one, one, psh.Ellipsis(), one, one},
		"two ellipses": {psh.Ellipsis(), one, psh.Ellipsis()},
		"two lists":    {psh.Positions(1), psh.Mask(make([]bool, 10))},
	} {
		if _, err := psh.Expand(sels, 3); !errors.Is(err, psh.ErrShape) {
			t.Errorf("%s: %v, want ErrShape", name, err)
		}
	}
}

// anySel draws a selection of a dimension, a list only where it may be one.
func anySel(rt *rapid.T, length int, lists bool) psh.Sel {
	position := rapid.IntRange(-length, length-1)
	switch kind := rapid.IntRange(0, 3).Draw(rt, "kind"); {
	case kind == 0:
		return psh.At(position.Draw(rt, "at"))
	case kind == 1 && lists:
		return psh.Positions(rapid.SliceOfN(position, 0, 2*length).Draw(rt, "list")...)
	case kind == 2 && lists:
		return psh.Mask(rapid.SliceOfN(rapid.Bool(), length, length).Draw(rt, "mask"))
	}
	bound := rapid.IntRange(-length-1, length+1)
	step := rapid.SampledFrom([]int{-3, -2, -1, 1, 2, 3}).Draw(rt, "step")
	return psh.Span(bound.Draw(rt, "start"), bound.Draw(rt, "stop")).By(step)
}

// TestPick compares what is picked with the elements at the positions.
func TestPick(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(1, 5), 1, 4).Draw(rt, "shape")
		order := psh.Shape(shape...)
		a := counted(t, order)
		if rapid.Bool().Draw(rt, "fortran") {
			a = counted(t, order, psh.Fortran())
		}
		listed := rapid.IntRange(0, len(shape)-1).Draw(rt, "listed")
		sels, positions := make([]psh.Sel, len(shape)), make([][]int, len(shape))
		var left []int
		for axis, length := range shape {
			sels[axis] = anySel(rt, length, axis == listed)
			positions[axis], _ = sels[axis].Indices(length)
			if !sels[axis].Single() {
				left = append(left, len(positions[axis]))
			}
		}
		want := []int{}
		var collect func(axis int, position []int)
		collect = func(axis int, position []int) {
			if axis == len(shape) {
				want = append(want, a.At(position...))
				return
			}
			for _, i := range positions[axis] {
				collect(axis+1, append(position, i))
			}
		}
		collect(0, nil)
		got, err := a.Pick(sels...)
		if err != nil || !slices.Equal(got.Data, want) || !slices.Equal(got.Shape(), left) {
			rt.Fatalf("%v of shape %v: %v of %v, %v; want %v", sels, shape, got.Data, got.Shape(), err, want)
		}
		view, err := a.View(sels...)
		if err == nil && !slices.Equal(elements(view), want) {
			rt.Fatalf("the view is another: %v, want %v", elements(view), want)
		}
		backwards := slices.ContainsFunc(sels, func(sel psh.Sel) bool {
			_, _, step, err := sel.Resolve(1)
			return err != nil || step < 0
		})
		if err != nil && (!backwards || !errors.Is(err, psh.ErrShape)) {
			rt.Fatalf("no view of %v: %v", sels, err)
		}
	})
}

func TestPickErrors(t *testing.T) {
	a := counted(t, psh.Shape(2, 3))
	for name, sels := range map[string][]psh.Sel{
		"outside": {psh.At(2)}, "list outside": {psh.Positions(0, 2)}, "too many": {psh.At(0), psh.At(0), psh.At(0)},
		"two lists": {psh.Positions(0), psh.Positions(0)},
	} {
		if _, err := a.Pick(sels...); !errors.Is(err, psh.ErrShape) {
			t.Errorf("%s: %v, want ErrShape", name, err)
		}
	}
}
