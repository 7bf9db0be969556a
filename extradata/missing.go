package extradata

import (
	"fmt"
	"slices"
	"strings"

	"extrapasha/internal/printable"
)

// Missing tells of a source, or of a group of its keys, for how many trains it has
// entries.
type Missing struct {
	// Source names it; Group is empty for the whole source.
	Source, Group string
	// TrainIDs are the trains that were looked at, those of the collection. Present tells
	// for each whether there are entries. Do not change them.
	TrainIDs []uint64
	Present  []bool
	// Trains is how many of them there are.
	Trains int
}

// Part is the part of the trains that have entries, 0 to 1.
func (m Missing) Part() float64 { return float64(m.Trains) / float64(max(len(m.Present), 1)) }

// Name is the source, with the group of keys if it is about one.
func (m Missing) Name() string {
	if m.Group == "" {
		return m.Source
	}
	return m.Source + " " + m.Group + ".*"
}

// MissingData lists the sources that have entries for at most that part (0 to 1)
// of the trains, those that miss most first, else as [CompareSources] orders them.
// With groups, each group of keys of an instrument source is looked at by itself.
func (c *DataCollection) MissingData(atMost float64, groups bool) ([]Missing, error) {
	var list []Missing
	for _, name := range forPeople(c.AllSources()) {
		source, err := c.Source(name)
		if err != nil {
			return nil, err
		}
		runOnly, err := source.IsRunOnly()
		if err != nil {
			return nil, err
		}
		if runOnly {
			continue
		}
		names := []string{""}
		if groups && source.IsInstrument() {
			if names, err = source.IndexGroups(); err != nil {
				return nil, err
			}
		}
		for _, group := range names {
			counts, err := source.DataCounts(group)
			if err != nil {
				return nil, err
			}
			m := Missing{Source: name, Group: group, TrainIDs: c.trainIDs, Present: make([]bool, len(counts))}
			for i, count := range counts {
				if count > 0 {
					m.Present[i] = true
					m.Trains++
				}
			}
			if m.Part() <= atMost {
				list = append(list, m)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Missing) int { return a.Trains - b.Trains })
	return list, nil
}

// MissingText lists what [DataCollection.MissingData] finds, a line each.
func (c *DataCollection) MissingText(atMost float64, groups bool) (string, error) {
	list, err := c.MissingData(atMost, groups)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, m := range list {
		printable.Fprintf(&text, "%8s  %d of %d trains  %s\n", percent(m.Trains, len(m.Present)), m.Trains, len(m.Present), m.Name())
	}
	return text.String(), nil
}

func percent(part, whole int) string {
	if whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f %%", 100*float64(part)/float64(whole))
}
