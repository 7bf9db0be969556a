package detector

import (
	"fmt"
	"slices"

	"extrapasha/extradata"
)

// Open opens a detector of a run: the only one, or that which the options choose. Its
// trains are those of the run that it has data for.
//
// The error wraps [ErrNone] or is a [*ManyError] where nothing was chosen, a
// [*extradata.SourceNameError] where what was chosen is not there, or wraps
// [keydata.ErrSelection] where the options do not fit the data.
func Open(run *extradata.DataCollection, opts ...Option) (*Detector, error) {
	o, err := optionsOf(opts)
	if err != nil {
		return nil, fmt.Errorf("detector: %w", err)
	}
	d, err := open(run, o)
	if err != nil {
		return nil, fmt.Errorf("detector: %w", err)
	}
	return d, nil
}

func open(run *extradata.DataCollection, o options) (*Detector, error) {
	c, err := choose(run, &o)
	if err != nil {
		return nil, err
	}
	d := newDetector(c, o)
	all, err := d.find(run, o.Raw)
	if err != nil {
		return nil, err
	}
	if err := d.place(all, o); err != nil {
		return nil, err
	}
	if d.run, err = run.Select(extradata.Exact(d.sources())); err != nil {
		return nil, err
	}
	if err := d.count(o.MinModules); err != nil {
		return nil, err
	}
	if o.ParallelGain {
		return d, d.checkThirds()
	}
	return d, nil
}

// choose finds the class, and the name where it is not given.
func choose(run *extradata.DataCollection, o *options) (*class, error) {
	if o.Pattern != "" {
		o.Name = o.Pattern
		return like(o.Pattern, o.Data)
	}
	wanted := classes
	if o.Class != "" {
		c, err := classNamed(o.Class)
		if err != nil {
			return nil, err
		}
		if o.Name != "" {
			return c, nil
		}
		wanted = []*class{c}
	}
	found := identify(run, wanted)
	if o.Name != "" {
		found = slices.DeleteFunc(found, func(f Found) bool { return f.Name != o.Name })
	}
	if len(found) == 0 && o.Name+o.Class != "" {
		return nil, unknown(run, o.Name+o.Class)
	}
	one, err := only(found)
	if err != nil {
		return nil, err
	}
	o.Name = one.Name
	return classNamed(one.Class)
}
