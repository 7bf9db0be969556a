package geometry

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/spatial/r3"

	psh "extrapasha/pasha"
)

// Quantity is something that pixels can be sorted by.
type Quantity string

// Quantities. Those but Radius and Azimuth need a distance, Q a wavelength too.
const (
	// Radius is the distance from the beam, √(x² + y²), in metres.
	Radius Quantity = "radius"
	// TwoTheta is the angle between the beam and the way from the sample, in radians.
	TwoTheta Quantity = "2θ"
	// Q is the momentum transfer 4π/λ·sin(θ), in 1/m.
	Q Quantity = "q"
	// Azimuth is the angle about the beam from x (the left, looking along the beam) towards
	// y (up), in radians.
	Azimuth Quantity = "azimuth"
)

// Axis is a quantity in bins of equal width: bin i is from From + i·Width to the next.
type Axis struct {
	Of          Quantity
	From, Width float64
	// Bins is how many there are, 0 for as many as the detector takes. Pixels in no bin are
	// left out. Angles about the beam are taken from From all around.
	Bins int
}

// Correction is which part of the light that would fall on a pixel does so, for one at a
// place seen from the sample in metres. What the pixel has is divided by it.
type Correction func(at r3.Vec) float64

// SolidAngle is the part that a pixel has of the solid angle of one where the beam hits
// the detector: cos³(2θ), for a flat detector at a right angle to the beam.
func SolidAngle(at r3.Vec) float64 { return math.Pow(at.Z/r3.Norm(at), 3) }

// Polarisation is the part that the polarisation leaves: (1 + cos²2θ - f·cos 2φ·sin²2θ)/2,
// where φ is the azimuth and f is 1 for light that is polarised along x, as that of the
// facility, -1 along y, and 0 for light that is not. (R. Kahn et al., J. Appl. Cryst. 15
// (1982) 330.)
func Polarisation(f float64) Correction {
	return func(at r3.Vec) float64 {
		cos := at.Z / r3.Norm(at)
		cos *= cos
		azimuth := math.Atan2(at.Y, at.X)
		return (1 + cos - f*math.Cos(2*azimuth)*(1-cos)) / 2
	}
}

// Integration says how frames are to be integrated.
type Integration struct {
	// Axes are one or two. Of two the bins of the second run fastest.
	Axes []Axis
	// Distance from the sample to z = 0, in metres, and Wavelength in metres.
	Distance, Wavelength float64
	// Mask is true for pixels that are left out, in the shape of the data. It may be empty.
	Mask psh.Array[bool]
	// Correct are corrections; they need a distance.
	Correct []Correction
}

// Bins is the table by which frames are integrated: the bin of each pixel. It is never
// changed, and is safe for use by many workers.
type Bins struct {
	layout
	axes   []Axis
	length int
	rows   []int32   // where the runs of a row begin, by module and row
	runs   []run     // of pixels that are in the same bin, by row
	by     []float32 // what each pixel is multiplied by, nil for 1
}

type run struct{ from, to, bin int32 }

// maxBins bounds tables: more than any detector has pixels.
const maxBins = 1 << 26

// NewBins makes the table. The error wraps [ErrGeometry] where axes have no width or lack
// a distance, pasha's ErrShape where the mask has another shape than the data.
func NewBins(g *Geometry, how Integration) (*Bins, error) {
	if err := how.check(g); err != nil {
		return nil, fmt.Errorf("geometry: bins: %w", err)
	}
	b := &Bins{layout: g.layout, axes: slices.Clone(how.Axes), length: 1}
	positions := g.Positions().Data
	n := len(positions) / 3
	bins := make([]int32, n)
	for i := range b.axes {
		if err := b.axes[i].sort(bins, positions, how); err != nil {
			return nil, fmt.Errorf("geometry: bins: %w", err)
		}
		if b.length *= b.axes[i].Bins; b.length > maxBins {
			return nil, fmt.Errorf("geometry: %w: %d bins, expected at most %d", ErrGeometry, b.length, maxBins)
		}
	}
	if how.Mask.Size() > 0 {
		for i, masked := range how.Mask.All() {
			if masked {
				bins[i] = -1
			}
		}
	}
	if err := b.weigh(positions, how); err != nil {
		return nil, err
	}
	b.joinRuns(bins)
	return b, nil
}

func (how Integration) check(g *Geometry) error {
	if len(how.Axes) < 1 || len(how.Axes) > 2 {
		return fmt.Errorf("%w: %d axes, expected one or two", ErrGeometry, len(how.Axes))
	}
	if how.Mask.Size() > 0 && !slices.Equal(how.Mask.Shape(), g.Shape()) {
		return fmt.Errorf("%w: mask of %v, expected %v", psh.ErrShape, how.Mask.Shape(), g.Shape())
	}
	if len(how.Correct) > 0 && !positive(how.Distance) {
		return fmt.Errorf("%w: corrections at a distance of %v, expected one in metres", ErrGeometry, how.Distance)
	}
	for _, axis := range how.Axes {
		switch {
		case !positive(axis.Width) || math.IsNaN(axis.From) || math.IsInf(axis.From, 0) || axis.Bins < 0 || axis.Bins > maxBins:
			return fmt.Errorf("%w: %d bins of %s, %v wide, from %v", ErrGeometry, axis.Bins, axis.Of, axis.Width, axis.From)
		case axis.Of == Radius || axis.Of == Azimuth:
		case axis.Of != TwoTheta && axis.Of != Q:
			return fmt.Errorf("%w: no quantity %q, expected %q", ErrGeometry, axis.Of, []Quantity{Radius, TwoTheta, Q, Azimuth})
		case !positive(how.Distance) || axis.Of == Q && !positive(how.Wavelength):
			return fmt.Errorf("%w: %s at a distance of %v and a wavelength of %v, expected both in metres", ErrGeometry, axis.Of, how.Distance, how.Wavelength)
		}
	}
	return nil
}

func positive(x float64) bool { return x > 0 && x <= math.MaxFloat64 }

// sort puts pixels into the bins of one axis more. Those in none are -1.
func (a *Axis) sort(bins []int32, positions []float64, how Integration) error {
	values, most := make([]float64, len(bins)), 0.0
	for i := range values {
		at := r3.Vec{X: positions[3*i], Y: positions[3*i+1], Z: positions[3*i+2] + how.Distance}
		values[i] = math.Floor((a.value(at, how) - a.From) / a.Width)
		most = max(most, values[i])
	}
	if a.Of == Azimuth {
		most = math.Ceil(2*math.Pi/a.Width-1e-9) - 1
	}
	if a.Bins == 0 {
		if most >= maxBins {
			return fmt.Errorf("%w: %v bins of %s, expected at most %d", ErrGeometry, most+1, a.Of, maxBins)
		}
		a.Bins = int(most) + 1
	}
	for i, value := range values {
		if bins[i] < 0 || !(value >= 0 && value < float64(a.Bins)) {
			bins[i] = -1
		} else {
			bins[i] = bins[i]*int32(a.Bins) + int32(value)
		}
	}
	return nil
}

// value is the quantity for a pixel, seen from the sample.
func (a *Axis) value(at r3.Vec, how Integration) float64 {
	radius := math.Sqrt(float64(at.X*at.X) + float64(at.Y*at.Y))
	switch a.Of {
	case TwoTheta:
		return math.Atan2(radius, at.Z)
	case Q:
		return 4 * math.Pi / how.Wavelength * math.Sin(math.Atan2(radius, at.Z)/2)
	case Azimuth:
		angle := math.Mod(math.Atan2(at.Y, at.X)-a.From, 2*math.Pi)
		if angle < 0 {
			angle += 2 * math.Pi
		}
		return a.From + angle
	}
	return radius
}

// weigh notes what each pixel is multiplied by.
func (b *Bins) weigh(positions []float64, how Integration) error {
	if len(how.Correct) == 0 {
		return nil
	}
	b.by = make([]float32, len(positions)/3)
	for i := range b.by {
		at := r3.Vec{X: positions[3*i], Y: positions[3*i+1], Z: positions[3*i+2] + how.Distance}
		part := 1.0
		for _, correct := range how.Correct {
			part *= correct(at)
		}
		if !positive(part) {
			return fmt.Errorf("geometry: bins: %w: corrections leave %v of a pixel at %v", ErrGeometry, part, at)
		}
		b.by[i] = float32(1 / part)
	}
	return nil
}

// joinRuns notes neighbours of a row that are in the same bin as one.
func (b *Bins) joinRuns(bins []int32) {
	_, width := b.moduleShape()
	for row := range slices.Chunk(bins, width) {
		b.rows = append(b.rows, int32(len(b.runs)))
		for from := 0; from < width; {
			to := from + 1
			for to < width && row[to] == row[from] {
				to++
			}
			if row[from] >= 0 {
				b.runs = append(b.runs, run{int32(from), int32(to), row[from]})
			}
			from = to
		}
	}
	b.rows = append(b.rows, int32(len(b.runs)))
}

// Len is the number of all bins.
func (b *Bins) Len() int { return b.length }

// Axes are the axes, with the number of bins of each.
func (b *Bins) Axes() []Axis { return slices.Clone(b.axes) }

// Middles are the middles of the bins along an axis, in its quantity.
func (a Axis) Middles() []float64 {
	middles := make([]float64, a.Bins)
	for i := range middles {
		middles[i] = a.From + (float64(i)+0.5)*a.Width
	}
	return middles
}
