package pasha_test

import (
	"fmt"
	"math"
	"strings"

	psh "extrapasha/pasha"
)

// The quick guide: every number times three.
func Example() {
	in := make([]float64, 100) // some data
	for i := range in {
		in[i] = float64(i)
	}
	out, _ := psh.Alloc[float64](psh.Like(in))
	err := psh.Map(func(worker, index int, value float64) error {
		out.Data[index] = 3 * value
		return nil
	}, psh.Slice(in))
	fmt.Println(out.Data[33], err)
	// Output: 99 <nil>
}

// Workers add up in slabs of their own, which are added up at the end.
func ExamplePerWorker() {
	sums, _ := psh.Alloc[int](psh.PerWorker())
	_ = psh.Map(func(worker, index, value int) error {
		sums.Data[worker] += value
		return nil
	}, psh.Range(1, 101, 1))
	total := 0
	for _, sum := range sums.All() {
		total += sum
	}
	fmt.Println(total)
	// Output: 5050
}

// Lines is a functor of its own: the lines of a text.
type Lines string

func (l Lines) Len() int { return strings.Count(string(l), "\n") }

func (l Lines) Walk(share psh.Share, visit func(index int, line string) error) error {
	for i, line := range strings.Split(string(l), "\n")[share.Start:share.Stop] {
		if err := visit(share.Start+i, line); err != nil {
			return err
		}
	}
	return nil
}

// Any type with a length and a walk can be mapped over.
func ExampleFunctor() {
	text := Lines("a train\nis a window\nof 0.1 s\n")
	lengths, _ := psh.AllocFor[int](text)
	_ = psh.Map(func(worker, index int, line string) error {
		lengths.Data[index] = len(line)
		return nil
	}, text)
	fmt.Println(lengths.Data)
	// Output: [7 11 8]
}

// A part of an array is a view: it shares the data.
func ExampleArray_View() {
	images, _ := psh.Alloc[int](psh.Shape(10, 4, 4))
	corner, err := images.View(psh.Every().By(2), psh.Span(0, 2), psh.Span(2, psh.End))
	corner.Fill(1)
	sum := 0
	for _, pixel := range images.All() {
		sum += pixel
	}
	fmt.Println(corner.Shape(), sum, err)
	// Output: [5 2 2] 20 <nil>
}

// A fold of its own: the item that is furthest from zero, and where it is.
func ExampleReduce() {
	type furthest struct {
		Value float64
		Index int
	}
	fold := psh.Fold[float64, furthest]{
		Start: furthest{Index: -1},
		Kernel: func(part psh.Array[furthest]) psh.Kernel[float64] {
			f := &part.Data[0]
			return func(worker, index int, value float64) error {
				if f.Index < 0 || math.Abs(value) > math.Abs(f.Value) {
					*f = furthest{value, index}
				}
				return nil
			}
		},
		Merge: func(part, next psh.Array[furthest]) {
			if math.Abs(next.Data[0].Value) > math.Abs(part.Data[0].Value) {
				part.Data[0] = next.Data[0]
			}
		},
	}
	out, err := psh.Reduce(fold, psh.Slice([]float64{1, -5, 3, 5}))
	fmt.Println(out.Data[0], err)
	// Output: {-5 1} <nil>
}

// The mean and spread of frames, by the scan step that they were taken at.
func ExampleReduceMoments() {
	frames, _ := psh.NewArray([]uint16{1, 10, 3, 30, 5, 50, 9, 90}, 4, 2) // four frames of two pixels
	items, _ := psh.Along(frames, 0)
	moments, err := psh.ReduceMoments(items, psh.By([]int{0, 0, 1, 1}))
	mean := psh.Each(moments, psh.Moments.Mean)
	std := psh.Each(moments, func(m psh.Moments) float64 { return m.Std(0) })
	fmt.Println(mean.Row(0).Data, std.Row(0).Data, err)
	fmt.Println(mean.Row(1).Data, std.Row(1).Data)
	// Output:
	// [2 20] [1 10] <nil>
	// [7 70] [2 20]
}

func ExampleMedian() {
	images, _ := psh.NewArray([]float32{1, 2, 100, 4, 3, 6}, 3, 2)
	median, err := psh.Median(images, 0)
	fmt.Println(median.Data, err)
	// Output: [3 4] <nil>
}
