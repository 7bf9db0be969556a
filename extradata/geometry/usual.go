package geometry

import (
	"fmt"

	"gonum.org/v1/gonum/spatial/r3"
)

// Usual is a detector of a class where such detectors usually are, for a picture before
// its geometry is known: as the examples of EXtra-geom have it. No analysis should rest
// on it. modules counts for classes of any number of modules: LPD Mini are put above each
// other, JUNGFRAU in two columns.
func Usual(class Class, modules int) (*Geometry, error) {
	switch class {
	case AGIPD1M:
		return NewAGIPD1M([4][2]float64{{-525, 625}, {-550, -10}, {520, -160}, {542.5, 475}})
	case AGIPD500K:
		return NewAGIPD500K([2]float64{})
	case LPD1M:
		return NewLPD1M([4][2]float64{{11.4, 299}, {-11.5, 8}, {254.5, -16}, {278.5, 275}})
	case DSSC1M:
		return NewDSSC1M([4][2]float64{{-130, 5}, {-130, -125}, {5, -125}, {5, 5}})
	case LPDMini:
		return NewLPDMini(placements(modules, func(m int) Placement { return Placement{Y: float64(39 * m)} }))
	case Jungfrau:
		return NewJungfrau(placements(modules, func(m int) Placement {
			return Placement{X: float64(-1030 - m%2*1130), Y: float64(m / 2 * 534)}
		}))
	case Epix100:
		return NewEpix100([2]float64{})
	case Epix10K:
		return NewEpix10K([2]float64{})
	case PnCCD:
		return NewPnCCD(4e-3, r3.Vec{}, r3.Vec{})
	}
	return nil, fmt.Errorf("geometry: %w: where detectors of class %q usually are is not known", ErrGeometry, class)
}

func placements(n int, at func(m int) Placement) []Placement {
	var all []Placement
	for m := range n {
		all = append(all, at(m))
	}
	return all
}
