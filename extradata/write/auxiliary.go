package write

import (
	"errors"
	"slices"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
)

// telling are the sources in REDUCTION and ERRATA of the files that a selection is of.
func telling(c *extradata.DataCollection) (sources []*extradata.SourceData, err error) {
	reduction, err1 := c.ReductionSources()
	errata, err2 := c.ErrataSources()
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	for _, name := range slices.Concat(reduction, errata) {
		source, err := c.AuxiliarySource(name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, source)
	}
	return sources, nil
}

// bare is a manner without them.
func bare(m manner) manner {
	m.auxiliary = nil
	return m
}

// auxiliarySources writes the lists of them.
func (f *file) auxiliarySources() error {
	for section, ids := range f.auxiliary {
		slices.Sort(ids)
		if err := h5.PutStrings(f.Writer, "METADATA/auxiliarySources/"+string(section), []int{len(ids)}, ids, h5.Layout{}); err != nil {
			return err
		}
	}
	return nil
}
