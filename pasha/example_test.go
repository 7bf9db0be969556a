package pasha_test

import (
	"fmt"
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
