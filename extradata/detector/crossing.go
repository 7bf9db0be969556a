package detector

import (
	"bytes"
	"encoding/gob"
	"fmt"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

func init() {
	psh.RegisterError(ErrUneven, ErrNone)
	gob.Register(&ManyError{})
	gob.Register(&Detector{})
}

// Functors implements [psh.Crosser].
func (f Frame[T]) Functors() []any { return []any{&FramesOf[T]{}} }

// Functors implements [psh.Crosser].
func (t Train[T]) Functors() []any { return []any{&TrainsOf[T]{}} }

// Functors implements [psh.Crosser].
func (m ModuleData[T]) Functors() []any { return []any{&ModulesOf[T]{}} }

// crossingDetector is a detector as it crosses to another process.
type crossingDetector struct {
	Run           *extradata.DataCollection
	Class         string
	Pattern, Data string // of a class made by [Like]
	Name          string
	Modules       []Module
	Places, Base  int
	Raw, Parallel bool
}

// GobEncode is where the data is, and the choice of modules and trains. The table of
// frames is not in it.
func (d *Detector) GobEncode() ([]byte, error) {
	c := crossingDetector{Run: d.run, Class: d.class.name, Name: d.name, Modules: d.modules, Places: d.places, Base: d.base, Raw: d.raw, Parallel: d.parallel}
	if d.class.names == "" {
		c.Pattern, c.Data = d.class.modules, d.class.data
	}
	return encode(c)
}

// GobDecode opens the files.
func (d *Detector) GobDecode(text []byte) error {
	var c crossingDetector
	if err := gob.NewDecoder(bytes.NewReader(text)).Decode(&c); err != nil {
		return err
	}
	class, err := classNamed(c.Class)
	if c.Pattern != "" {
		class, err = like(c.Pattern, c.Data)
	}
	if err != nil {
		return err
	}
	s := state{class: class, name: c.Name, modules: c.Modules, places: c.Places, base: c.Base, raw: c.Raw, parallel: c.Parallel}
	s.fillPlaces()
	*d = *(&Detector{state: s}).with(c.Run)
	return nil
}

// crossingFrames are frames as they cross to another process.
type crossingFrames struct {
	Detector *Detector
	Table    crossingTable
	Key      string
	Some     bool
	Chosen   []int
}

// GobEncode is where the data is, which frames were picked, and the table of frames, which
// is small but for runs whose every train has pulses of its own.
func (f *FramesOf[T]) GobEncode() ([]byte, error) {
	s := f.set
	return encode(crossingFrames{s.det, s.table.crossing(), f.main.name, s.chosen != nil, s.chosen})
}

// GobDecode opens the files.
func (f *FramesOf[T]) GobDecode(text []byte) error {
	var c crossingFrames
	if err := gob.NewDecoder(bytes.NewReader(text)).Decode(&c); err != nil {
		return err
	}
	t := c.Table.table(c.Detector.TrainIDs())
	c.Detector.table = func() (*table, error) { return t, nil }
	frames, err := Frames[T](c.Detector, c.Key)
	if err != nil {
		return fmt.Errorf("detector: frames in another process: %w", err)
	}
	if *f = *frames; c.Some {
		f.set = f.set.only(append([]int{}, c.Chosen...))
	}
	return nil
}

// GobEncode is as [FramesOf.GobEncode].
func (t *TrainsOf[T]) GobEncode() ([]byte, error) { return t.frames.GobEncode() }

// GobDecode is as [FramesOf.GobDecode].
func (t *TrainsOf[T]) GobDecode(text []byte) error {
	var frames FramesOf[T]
	if err := frames.GobDecode(text); err != nil {
		return err
	}
	trains, err := frames.ByTrain()
	if err == nil {
		*t = *trains
	}
	return err
}

// GobEncode is as [FramesOf.GobEncode].
func (m *ModulesOf[T]) GobEncode() ([]byte, error) { return (&FramesOf[T]{m.set, m.main}).GobEncode() }

// GobDecode is as [FramesOf.GobDecode].
func (m *ModulesOf[T]) GobDecode(text []byte) error {
	var frames FramesOf[T]
	if err := frames.GobDecode(text); err != nil {
		return err
	}
	*m = *frames.PerModule()
	return nil
}

func encode(value any) ([]byte, error) {
	var out bytes.Buffer
	err := gob.NewEncoder(&out).Encode(value)
	return out.Bytes(), err
}
