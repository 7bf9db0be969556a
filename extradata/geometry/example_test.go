package geometry_test

import (
	"fmt"
	"log"

	"gonum.org/v1/gonum/spatial/r3"

	"extrapasha/extradata/geometry"
	psh "extrapasha/pasha"
)

// A frame of an AGIPD 1M, put together to an image.
func Example() {
	g, err := geometry.NewAGIPD1M([4][2]float64{{-525, 625}, {-550, -10}, {520, -160}, {542.5, 475}})
	if err != nil {
		log.Fatal(err)
	}
	grid, err := g.Grid()
	if err != nil {
		log.Fatal(err)
	}
	image, err := geometry.NewImage[float32](grid)
	if err != nil {
		log.Fatal(err)
	}
	frame, err := psh.Alloc[uint16](psh.Like(g), psh.Fill(7))
	if err != nil {
		log.Fatal(err)
	}
	if err := geometry.Assemble(grid, image, frame); err != nil {
		log.Fatal(err)
	}
	y, x := grid.Centre()
	fmt.Println(frame, "becomes", image)
	fmt.Println("at the beam:", image.At(y, x), "at the first pixel:", image.At(grid.Pixel(0, 0, 0)))
	// Output:
	// uint16 array of shape (16, 512, 128) becomes float32 array of shape (1256, 1092)
	// at the beam: NaN at the first pixel: 7
}

// The mean in rings of 50 mm about the beam, of frames on many workers: each adds to a slab
// of its own.
func ExampleIntegrate() {
	g, err := geometry.Usual(geometry.LPD1M, 0)
	if err != nil {
		log.Fatal(err)
	}
	bins, err := geometry.NewBins(g, geometry.Integration{Axes: []geometry.Axis{{Of: geometry.Radius, Width: 0.05}}})
	if err != nil {
		log.Fatal(err)
	}
	frames, err := psh.Alloc[float32](psh.Shape(append([]int{8}, g.Shape()...)...), psh.Fill(3))
	if err != nil {
		log.Fatal(err)
	}
	slabs, err := psh.Alloc[float64](psh.PerWorker(), psh.Shape(2, bins.Len()))
	if err != nil {
		log.Fatal(err)
	}
	items, err := psh.Along(frames, 0)
	if err != nil {
		log.Fatal(err)
	}
	err = psh.Map(func(worker, _ int, frame psh.Array[float32]) error {
		slab := slabs.Row(worker)
		return geometry.Integrate(bins, slab.Row(0).Data, slab.Row(1).Data, frame)
	}, items)
	if err != nil {
		log.Fatal(err)
	}
	for i, radius := range bins.Axes()[0].Middles() {
		sum, count := 0.0, 0.0
		for _, slab := range slabs.Rows() {
			sum += slab.At(0, i)
			count += slab.At(1, i)
		}
		fmt.Printf("%.3f m: %v of %v pixels\n", radius, sum/count, count/8)
	}
	// Output:
	// 0.025 m: 3 of 23387 pixels
	// 0.075 m: 3 of 79199 pixels
	// 0.125 m: 3 of 133374 pixels
	// 0.175 m: 3 of 187751 pixels
	// 0.225 m: 3 of 241906 pixels
	// 0.275 m: 3 of 242065 pixels
	// 0.325 m: 3 of 113986 pixels
	// 0.375 m: 3 of 26908 pixels
}

// The upper half of a detector is moved up by a millimetre.
func ExampleGeometry_Move() {
	g, err := geometry.Usual(geometry.Jungfrau, 4)
	if err != nil {
		log.Fatal(err)
	}
	moved, err := g.Move(func(module, _ int) (shift r3.Vec) {
		if module >= 2 {
			shift.Y = 1e-3
		}
		return shift
	})
	if err != nil {
		log.Fatal(err)
	}
	arrows, err := g.Compare(moved)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d corners moved, by %.2f pixels\n", len(arrows), arrows[0].DY)
	// Output:
	// 32 corners moved, by 13.33 pixels
}
