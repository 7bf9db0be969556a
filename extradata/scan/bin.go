package scan

import (
	"fmt"
	"math"

	"extrapasha/extradata"
	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

// Bins is what a key has in the steps of a scan.
type Bins struct {
	Scan *Scan
	// Name and Units are those of the key.
	Name, Units string
	// Moments are number, mean and spread of the entries in each step, element by element:
	// steps, and the shape of an entry. What is not a number does not count.
	Moments psh.Array[psh.Moments]
	// Trains is how many trains of each step have data.
	Trains []int
}

// Bin reduces the entries of a key (one number a train, one a pulse, or images) to their
// moments in each step, on the workers of the default context; options are those of
// psh.Reduce. The result has the same bits on any of them. The error is that of the
// reduction.
func Bin[T psh.Number](s *Scan, key *extradata.TypedKey[T], options ...psh.MapOption) (*Bins, error) {
	b := &Bins{Scan: s, Name: key.ShortKey(), Trains: make([]int, len(s.Steps))}
	var err error
	if b.Units, err = key.Units(); err != nil {
		return nil, err
	}
	ids := key.TrainIDs()
	counts := key.DataCounts()
	for i, group := range s.Groups(ids) {
		if group >= 0 && counts[i] > 0 {
			b.Trains[group]++
		}
	}
	entries := key.ByEntry()
	shape := append([]int{len(s.Steps)}, key.EntryShape()...)
	if b.Moments, err = psh.Alloc[psh.Moments](psh.Shape(shape...)); err != nil {
		return nil, err
	}
	if entries.Len() == 0 || len(s.Steps) == 0 {
		return b, nil
	}
	found, err := psh.ReduceMoments(entries, append(options, psh.By(s.Groups(entries.TrainIDs())), psh.SkipNaN())...)
	if err != nil {
		return nil, err
	}
	copy(b.Moments.Data, found.Data) // the last steps may have no data
	return b, found.Free()
}

// Mean is the mean in each step, element by element; NaN where there are no numbers. Its
// first dimension is called position.
func (b *Bins) Mean() psh.Labelled[float64] { return b.each(psh.Moments.Mean) }

// Std is the standard deviation in each step, element by element, with so many degrees of
// freedom less than there are numbers.
func (b *Bins) Std(ddof int) psh.Labelled[float64] {
	return b.each(func(m psh.Moments) float64 { return m.Std(ddof) })
}

func (b *Bins) each(of func(psh.Moments) float64) psh.Labelled[float64] {
	l := psh.Labelled[float64]{Array: psh.Each(b.Moments, of), Name: b.Name, Units: b.Units, Dims: []string{"position"}}
	l.Coords = map[string]any{"position": b.Scan.Positions()}
	for axis := 1; axis < l.NDim(); axis++ {
		l.Dims = append(l.Dims, fmt.Sprintf("dim_%d", axis-1))
	}
	return l
}

// Overall are the moments of all elements of each step, whatever their place.
func (b *Bins) Overall() []psh.Moments {
	overall := make([]psh.Moments, len(b.Scan.Steps))
	for i := range overall {
		for _, m := range b.Moments.Row(i).All() {
			overall[i].Merge(m)
		}
	}
	return overall
}

// Spread is the standard deviation of all elements of a step, whatever their place.
func (b *Bins) Spread() []float64 {
	spread := make([]float64, len(b.Scan.Steps))
	for i, m := range b.Overall() {
		spread[i] = m.Std(0)
	}
	return spread
}

// StdErr is [Bins.Spread] over the root of the number of trains: how well the mean of a
// step is known, if trains are independent.
func (b *Bins) StdErr() []float64 {
	spread := b.Spread()
	for i, n := range b.Trains {
		spread[i] /= math.Sqrt(float64(n))
	}
	return spread
}

// Picture draws the mean of each step with its spread, of all elements.
func (b *Bins) Picture() (*picture.Picture, error) {
	what := b.Name
	if b.Units != "" {
		what += " in " + b.Units
	}
	mean := make([]float64, len(b.Scan.Steps))
	for i, m := range b.Overall() {
		mean[i] = m.Mean()
	}
	return picture.Curve(b.Scan.Positions(), mean, b.Spread(), picture.Labels{Title: b.Name + " against " + b.Scan.Name, X: b.Scan.Name, Y: what})
}

// Picture draws the readings, and the steps over them.
func (s *Scan) Picture() (*picture.Picture, error) {
	p, err := picture.Line(s.trainIDs, s.readings, picture.Labels{Title: s.String(), Y: s.Name})
	if err != nil {
		return nil, err
	}
	for _, step := range s.Steps {
		if n := len(step.TrainIDs); n > 0 {
			p.Mark(float64(step.TrainIDs[0]), float64(step.TrainIDs[n-1]), step.Position)
		}
	}
	return p, nil
}
