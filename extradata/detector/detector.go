package detector

import (
	"fmt"
	"iter"
	"slices"
	"sync"

	"extrapasha/extradata"
	"extrapasha/extradata/geometry"
	"extrapasha/keydata"
)

// Detector is a detector of a run. It never changes; selecting gives a new one. It may be
// used by many goroutines.
type Detector struct {
	state
	run   *extradata.DataCollection // its sources and trains
	table func() (*table, error)
}

// state is what is known of a detector, whatever its trains.
type state struct {
	class    *class
	name     string
	modules  []Module
	places   int
	at       []int // which of the modules is in a place, -1 for none
	base     int   // number in the first place
	raw      bool
	parallel bool
}

func newDetector(c *class, o options) *Detector {
	return &Detector{state: state{class: c, name: o.Name, parallel: o.ParallelGain}}
}

// with is the detector with the trains of a selection of its run.
func (d *Detector) with(run *extradata.DataCollection) *Detector {
	e := &Detector{state: d.state, run: run}
	e.table = sync.OnceValues(e.newTable)
	return e
}

// Name is what the names of its sources begin with, or the pattern that they are like.
func (d *Detector) Name() string { return d.name }

// Class is one of [Classes], or the pattern that its sources are like.
func (d *Detector) Class() string { return d.class.name }

// GeometryClass is the class that package geometry has for it, empty where it has none. A
// geometry itself is read from a file, or see [Detector.UsualGeometry].
func (d *Detector) GeometryClass() geometry.Class { return d.class.geometric }

// Modules are those that there are, by their place.
func (d *Detector) Modules() []Module { return slices.Clone(d.modules) }

// NumPlaces is how many modules the whole detector has.
func (d *Detector) NumPlaces() int { return d.places }

// Places are the places of the modules that there are, in order.
func (d *Detector) Places() iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, module := range d.modules {
			if !yield(module.Place) {
				return
			}
		}
	}
}

// IsRaw tells whether its data are raw.
func (d *Detector) IsRaw() bool { return d.raw }

// DataKey is the key of the images, by which frames are counted.
func (d *Detector) DataKey() string { return d.class.data }

// MaskKey is the key of the masks that corrected data have, empty where none is known.
func (d *Detector) MaskKey() string { return d.class.mask }

// Run is the run with the sources and trains of the detector.
func (d *Detector) Run() *extradata.DataCollection { return d.run }

// TrainIDs are the trains that any module has data for, or as many as [MinModules] says.
// Do not change them.
func (d *Detector) TrainIDs() []uint64 { return d.run.TrainIDs() }

// String tells name, class and number of modules and trains.
func (d *Detector) String() string {
	kind := "corrected"
	if d.raw {
		kind = "raw"
	}
	return fmt.Sprintf("%s (%s, %s data of %d modules of %d, %d trains)", d.name, d.Class(), kind, len(d.modules), d.places, len(d.TrainIDs()))
}

// ModuleShape is the shape of a module's image, slow and fast scan, as the class has it.
// The error is one of reading where it does not.
func (d *Detector) ModuleShape() ([]int, error) {
	if d.class.shape != nil {
		return d.class.shape, nil
	}
	key, err := d.moduleKey(0, d.class.data)
	if err != nil {
		return nil, err
	}
	shape := key.EntryShape()
	return shape[max(len(shape)-2, 0):], nil
}

// Keys are those that all modules have, sorted.
func (d *Detector) Keys() ([]string, error) {
	seen := map[string]int{}
	for _, module := range d.modules {
		keys, err := d.run.Keys(module.Source)
		if err != nil {
			return nil, fmt.Errorf("detector: %w", err)
		}
		for _, key := range keys {
			seen[key]++
		}
	}
	keys := []string{}
	for key, modules := range seen {
		if modules == len(d.modules) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

// moduleKey is a key of the i-th of the modules that there are.
func (d *Detector) moduleKey(i int, name string) (*keydata.KeyData, error) {
	key, err := d.run.Key(d.modules[i].Source, name)
	if err != nil {
		return nil, fmt.Errorf("detector: %w", err)
	}
	return key, nil
}

// sources are those of the modules, with all keys.
func (d *Detector) sources() map[string][]string {
	sources := map[string][]string{}
	for _, module := range d.modules {
		sources[module.Source] = nil
	}
	return sources
}

// moduleAt is which of the modules that there are is in a place, -1 for none.
func (d *Detector) moduleAt(place int) int {
	if place < 0 || place >= len(d.at) {
		return -1
	}
	return d.at[place]
}

// ParallelGain tells whether it was opened with [ParallelGain].
func (d *Detector) ParallelGain() bool { return d.parallel }
