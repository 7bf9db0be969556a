package geometry

import (
	"testing"

	"extrapasha/internal/versus"
	psh "extrapasha/pasha"
)

// usual is a geometry of a class, and its grid.
func usual(t testing.TB, class Class, modules int) (*Geometry, *Grid) {
	t.Helper()
	g, err := Usual(class, modules)
	if err != nil {
		t.Fatal(err)
	}
	grid, err := g.Grid()
	if err != nil {
		t.Fatal(err)
	}
	return g, grid
}

// frame is data of numbers that tell neighbours apart, on top of dimensions in front.
func frame[T psh.Number](g *Geometry, leading ...int) psh.Array[T] {
	shape, n := append(leading, g.Shape()...), 1
	for _, length := range shape {
		n *= length
	}
	data := make([]T, n)
	for i := range data {
		data[i] = T(i % 127)
	}
	return array(data, shape)
}

func benchAssemble[D, S psh.Number](b *testing.B, class Class, others ...versus.Contender) {
	g, grid := usual(b, class, 8)
	data := frame[S](g)
	image, err := NewImage[D](grid)
	if err != nil {
		b.Fatal(err)
	}
	other := make([]S, len(data.Data))
	b.ReportAllocs()
	versus.Run(b, append([]versus.Contender{
		{Name: "Copy", Run: func() { copy(other, data.Data) }},
		{Name: "Assemble", Run: func() {
			if err := Assemble(grid, image, data); err != nil {
				b.Error(err)
			}
		}},
	}, others...)...)
}

// byEXtraGeom puts a frame of float32 together with EXtra-geom.
const byEXtraGeom = `
import time
import numpy as np
from extra_geom import AGIPD_1MGeometry
geometry = AGIPD_1MGeometry.from_quad_positions([(-525, 625), (-550, -10), (520, -160), (542.5, 475)])
data = np.ones(geometry.expected_data_shape, dtype=np.float32)
out = geometry.output_array_for_position(dtype=np.float32)
geometry.position_modules(data, out=out)
start = time.perf_counter()
for _ in range(20):
    geometry.position_modules(data, out=out)
print((time.perf_counter() - start) / 20)
`

// BenchmarkAssemble puts a frame together, beside copying as many bytes.
func BenchmarkAssemble(b *testing.B) {
	b.Run("AGIPD/float32", func(b *testing.B) {
		benchAssemble[float32, float32](b, AGIPD1M, versus.Python(b, "EXtra-geom", "extra_geom", byEXtraGeom)...)
	})
	b.Run("AGIPD/uint16", func(b *testing.B) { benchAssemble[uint16, uint16](b, AGIPD1M) })
	b.Run("AGIPD/uint8", func(b *testing.B) { benchAssemble[uint8, uint8](b, AGIPD1M) })
	b.Run("AGIPD/float64", func(b *testing.B) { benchAssemble[float64, float64](b, AGIPD1M) })
	b.Run("AGIPD/uint16 to float32", func(b *testing.B) { benchAssemble[float32, uint16](b, AGIPD1M) })
	b.Run("LPD/float32", func(b *testing.B) { benchAssemble[float32, float32](b, LPD1M) })
	b.Run("DSSC/float32", func(b *testing.B) { benchAssemble[float32, float32](b, DSSC1M) })
	b.Run("JUNGFRAU/float32", func(b *testing.B) { benchAssemble[float32, float32](b, Jungfrau) })
}

// BenchmarkIntegrate sums a frame in rings of one pixel and of ten, beside summing it up.
func BenchmarkIntegrate(b *testing.B) {
	g, _ := usual(b, AGIPD1M, 0)
	data := frame[float32](g)
	total := 0.0
	plain := versus.Contender{Name: "Sum", Run: func() {
		for _, x := range data.Data {
			total += float64(x)
		}
	}}
	for name, how := range map[string]Integration{
		"1px":       {Axes: []Axis{{Of: Radius, Width: g.PixelSize()}}},
		"10px":      {Axes: []Axis{{Of: Radius, Width: 10 * g.PixelSize()}}},
		"corrected": {Axes: []Axis{{Of: Radius, Width: g.PixelSize()}}, Distance: 0.2, Correct: []Correction{SolidAngle}},
		"cake":      {Axes: []Axis{{Of: Azimuth, Width: 0.1}, {Of: Radius, Width: g.PixelSize()}}},
	} {
		bins, err := NewBins(g, how)
		if err != nil {
			b.Fatal(err)
		}
		sums, counts := make([]float64, bins.Len()), make([]float64, bins.Len())
		b.Run(name, func(b *testing.B) {
			versus.Run(b, plain, versus.Contender{Name: "Integrate", Run: func() {
				if err := Integrate(bins, sums, counts, data); err != nil {
					b.Error(err)
				}
			}})
		})
	}
}
