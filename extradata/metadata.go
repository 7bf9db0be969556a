package extradata

import (
	"fmt"
	"slices"
	"time"

	"extrapasha/run"
)

// RunMetadata is METADATA of the run: dates, versions of the software, numbers of
// proposal and run. One file is asked, see [run.File.Before]. The error is a [*MultiRunError] for data of several runs.
func (c *DataCollection) RunMetadata() (map[string]any, error) {
	if !c.oneRun || len(c.files) == 0 {
		return nil, fmt.Errorf("extradata: run metadata: %w", &MultiRunError{})
	}
	return firstOf(c.files).Metadata()
}

// TrainTimestamps tells when each train was, in UTC, the zero time where it is not
// known: files of the first version of the format do not.
func (c *DataCollection) TrainTimestamps() ([]time.Time, error) {
	ids, at := run.Ordered(c.trainIDs)
	stamps := make([]time.Time, len(ids))
	missing := len(stamps)
	for _, file := range c.files {
		if missing == 0 {
			break
		}
		if !file.Overlaps(ids) {
			continue
		}
		nanoseconds, err := file.Timestamps()
		if err != nil {
			return nil, fmt.Errorf("extradata: timestamps: %w", err)
		}
		for i, stamp := range nanoseconds {
			if stamp == 0 || !c.suspect && !file.Valid()[i] {
				continue
			}
			position, ok := slices.BinarySearch(ids, file.TrainIDs()[i])
			if ok && stamps[position].IsZero() {
				stamps[position] = time.Unix(0, int64(stamp)).UTC()
				missing--
			}
		}
	}
	return run.Spread(stamps, at), nil
}

// ReductionSources are the names of the sources that tell what data reduction did
// to others, sorted.
func (c *DataCollection) ReductionSources() ([]string, error) { return c.auxiliaryIn(run.Reduction) }

// ErrataSources are the names of the sources that tell what went wrong with the
// data, sorted: one for each data aggregator, "AGIPD00@TRAINS_OUTSIDE_…".
func (c *DataCollection) ErrataSources() ([]string, error) { return c.auxiliaryIn(run.Errata) }

func (c *DataCollection) auxiliaryIn(section run.Section) ([]string, error) {
	sources, err := c.auxiliary()
	if err != nil {
		return nil, err
	}
	var names []string
	for name, s := range sources {
		if s.section == section {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// AuxiliarySource is one of the reduction or errata sources. The error is a
// [*SourceNameError].
func (c *DataCollection) AuxiliarySource(name string) (*SourceData, error) {
	sources, err := c.auxiliary()
	if err != nil {
		return nil, err
	}
	return c.with(c.trainIDs, sources).Source(name)
}

func (c *DataCollection) auxiliary() (map[string]selected, error) {
	sources := map[string]selected{}
	for _, file := range c.files {
		list, err := file.Auxiliary()
		if err != nil {
			return nil, fmt.Errorf("extradata: auxiliary sources: %w", err)
		}
		for _, a := range list {
			s, ok := sources[a.Name]
			if !ok {
				s = selected{source: &source{name: a.Name, inFile: a.Source, canonical: a.Name, section: a.Section}}
				sources[a.Name] = s
			}
			s.files = append(s.files, file)
		}
	}
	return sources, nil
}
