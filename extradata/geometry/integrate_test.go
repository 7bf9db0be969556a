package geometry

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/spatial/r3"
	"pgregory.net/rapid"

	psh "extrapasha/pasha"
)

// binned is the sums and counts of a frame, pixel by pixel.
func binned[T psh.Number](g *Geometry, how Integration, bins *Bins, data psh.Array[T]) (sums, counts []float64) {
	sums, counts = make([]float64, bins.Len()), make([]float64, bins.Len())
	positions := g.Positions().Data
	number := -1
	for _, x := range data.All() {
		number++
		if x != x || how.Mask.Size() > 0 && how.Mask.Data[number] {
			continue
		}
		at := r3.Vec{X: positions[3*number], Y: positions[3*number+1], Z: positions[3*number+2] + how.Distance}
		bin, inside := 0, true
		for _, axis := range bins.Axes() {
			i := math.Floor((axis.value(at, how) - axis.From) / axis.Width)
			inside = inside && i >= 0 && int(i) < axis.Bins
			bin = bin*axis.Bins + int(i)
		}
		if !inside {
			continue
		}
		part := 1.0
		for _, correct := range how.Correct {
			part *= correct(at)
		}
		sums[bin] += float64(x) / part
		counts[bin]++
	}
	return sums, counts
}

func drawIntegration(t *rapid.T, g *Geometry) Integration {
	how := Integration{Distance: 0.05, Wavelength: 1e-10}
	for _, of := range rapid.SampledFrom([][]Quantity{{Radius}, {TwoTheta}, {Q}, {Azimuth}, {Radius, Azimuth}, {Azimuth, Q}}).Draw(t, "of") {
		width := map[Quantity]float64{Radius: 3e-4, TwoTheta: 0.01, Q: 1e9, Azimuth: 0.3}[of]
		axis := Axis{Of: of, Width: width * rapid.Float64Range(0.5, 2).Draw(t, "width")}
		if rapid.Bool().Draw(t, "part") {
			axis.From, axis.Bins = axis.Width*1.5, rapid.IntRange(1, 9).Draw(t, "bins")
		}
		how.Axes = append(how.Axes, axis)
	}
	if rapid.Bool().Draw(t, "mask") {
		mask := make([]bool, len(g.Positions().Data)/3)
		for i := range mask {
			mask[i] = i%7 == 3 || i%100 > 90
		}
		how.Mask = array(mask, g.Shape())
	}
	if rapid.Bool().Draw(t, "correct") {
		how.Correct = []Correction{SolidAngle, Polarisation(1)}
	}
	return how
}

func TestIntegrateIsPixelByPixel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := generic(t)
		how := drawIntegration(t, g)
		bins, err := NewBins(g, how)
		if err != nil {
			t.Fatal(err)
		}
		data := frame[float32](g)
		if rapid.Bool().Draw(t, "nan") {
			for i := range data.Data {
				if i%5 == 2 {
					data.Data[i] = float32(math.NaN())
				}
			}
		}
		if rapid.Bool().Draw(t, "fortran") {
			strided, err := psh.Alloc[float32](psh.Like(g), psh.Fortran())
			if err != nil {
				t.Fatal(err)
			}
			if err := strided.CopyFrom(data); err != nil {
				t.Fatal(err)
			}
			data = strided
		}
		wantSums, wantCounts := binned(g, how, bins, data)
		sums, counts := make([]float64, bins.Len()), make([]float64, bins.Len())
		for m := range g.Shape()[0] {
			if err := IntegrateModule(bins, sums, counts, m, data.Row(m)); err != nil {
				t.Fatal(err)
			}
		}
		for i := range sums {
			if counts[i] != wantCounts[i] || math.Abs(sums[i]-wantSums[i]) > 1e-5*(1+math.Abs(wantSums[i])) {
				t.Fatalf("bin %d: %v of %v pixels, want %v of %v", i, sums[i], counts[i], wantSums[i], wantCounts[i])
			}
		}
	})
}

func TestNothingIsAllocated(t *testing.T) {
	g, grid := usual(t, AGIPD1M, 0)
	data := frame[uint16](g)
	image, err := NewImage[uint16](grid)
	if err != nil {
		t.Fatal(err)
	}
	bins, err := NewBins(g, Integration{Axes: []Axis{{Of: Radius, Width: 1e-3}}})
	if err != nil {
		t.Fatal(err)
	}
	sums, counts := make([]float64, bins.Len()), make([]float64, bins.Len())
	allocated := testing.AllocsPerRun(3, func() {
		if err := errors.Join(Assemble(grid, image, data), Integrate(bins, sums, counts, data)); err != nil {
			t.Error(err)
		}
	})
	if allocated > 0 {
		t.Errorf("%v times", allocated)
	}
}

func TestCorrections(t *testing.T) {
	beam, up, left := r3.Vec{Z: 1}, r3.Vec{Y: 1, Z: 1}, r3.Vec{X: 1, Z: 1}
	for _, test := range []struct {
		name      string
		got, want float64
	}{
		{"solid angle in the beam", SolidAngle(beam), 1},
		{"solid angle at 45°", SolidAngle(up), math.Pow(0.5, 1.5)},
		{"polarisation in the beam", Polarisation(1)(beam), 1},
		{"along x at 45° along x", Polarisation(1)(left), 0.5},
		{"along x at 45° along y", Polarisation(1)(up), 1},
		{"along y at 45° along y", Polarisation(-1)(up), 0.5},
		{"none at 45°", Polarisation(0)(up), 0.75},
	} {
		if math.Abs(test.got-test.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", test.name, test.got, test.want)
		}
	}
}

// TestQuantities puts single pixels where their quantities are known.
func TestQuantities(t *testing.T) {
	how := Integration{Distance: 1, Wavelength: 2e-10}
	at := r3.Vec{X: -1, Y: 1, Z: math.Sqrt2}
	for _, test := range []struct {
		axis Axis
		want float64
	}{
		{Axis{Of: Radius}, math.Sqrt2},
		{Axis{Of: TwoTheta}, math.Pi / 4},
		{Axis{Of: Q}, 2e10 * math.Pi * math.Sin(math.Pi/8)},
		{Axis{Of: Azimuth}, 3 * math.Pi / 4},
		{Axis{Of: Azimuth, From: math.Pi}, 2*math.Pi + 3*math.Pi/4},
		{Axis{Of: Azimuth, From: -math.Pi}, 3 * math.Pi / 4},
	} {
		if got := test.axis.value(at, how); math.Abs(got-test.want) > 1e-9*test.want {
			t.Errorf("%s from %v: %v, want %v", test.axis.Of, test.axis.From, got, test.want)
		}
	}
	middles := Axis{From: 1, Width: 0.5, Bins: 2}.Middles()
	if len(middles) != 2 || middles[0] != 1.25 || middles[1] != 1.75 {
		t.Errorf("middles %v", middles)
	}
}

func TestBinsErrors(t *testing.T) {
	g, _ := usual(t, AGIPD1M, 0)
	ring := Axis{Of: Radius, Width: 1e-3}
	for name, how := range map[string]Integration{
		"no axes":       {},
		"three axes":    {Axes: []Axis{ring, ring, ring}},
		"no width":      {Axes: []Axis{{Of: Radius}}},
		"nan":           {Axes: []Axis{{Of: Radius, Width: math.NaN()}}},
		"thin":          {Axes: []Axis{{Of: Radius, Width: 1e-30}}},
		"many":          {Axes: []Axis{{Of: Radius, Width: 1, Bins: 1 << 40}}},
		"product":       {Axes: []Axis{{Of: Radius, Width: 1, Bins: 1 << 20}, {Of: Azimuth, Width: 1, Bins: 1 << 20}}},
		"unknown":       {Axes: []Axis{{Of: "colour", Width: 1}}},
		"no distance":   {Axes: []Axis{{Of: TwoTheta, Width: 1}}},
		"no wavelength": {Axes: []Axis{{Of: Q, Width: 1}}, Distance: 1},
		"correct":       {Axes: []Axis{ring}, Correct: []Correction{SolidAngle}},
		"nothing":       {Axes: []Axis{ring}, Distance: 1, Correct: []Correction{func(r3.Vec) float64 { return 0 }}},
	} {
		if _, err := NewBins(g, how); !errors.Is(err, ErrGeometry) {
			t.Errorf("%s: %v", name, err)
		}
	}
	mask := array(make([]bool, 4), []int{2, 2})
	if _, err := NewBins(g, Integration{Axes: []Axis{ring}, Mask: mask}); !errors.Is(err, psh.ErrShape) {
		t.Errorf("mask: %v", err)
	}
	bins, err := NewBins(g, Integration{Axes: []Axis{ring}})
	if err != nil {
		t.Fatal(err)
	}
	data, sums := frame[float32](g), make([]float64, bins.Len())
	for name, err := range map[string]error{
		"sums":   Integrate(bins, sums[1:], sums, data),
		"counts": Integrate(bins, sums, nil, data),
		"data":   Integrate(bins, sums, sums, data.Row(0)),
		"module": IntegrateModule(bins, sums, sums, 16, data.Row(0)),
		"whole":  IntegrateModule(bins, sums, sums, 0, data),
	} {
		if !errors.Is(err, psh.ErrShape) {
			t.Errorf("%s: %v, want one of a shape", name, err)
		}
	}
}
