package extradata

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"extrapasha/run"
)

// Info describes the data for people: trains, detectors, sources with their
// aliases. Sources that fit one of the glob patterns are described with their
// keys.
func (c *DataCollection) Info(detailsFor ...string) (string, error) {
	var text strings.Builder
	c.trainInfo(&text)
	if err := c.detectorInfo(&text); err != nil {
		return "", err
	}
	detailed, err := run.AnyGlob(detailsFor)
	if err != nil {
		return "", err
	}
	legacy, heading := c.LegacySources(), "instrument sources"
	if len(detailsFor) == 0 {
		heading += " other than detector modules"
	}
	instruments := slices.DeleteFunc(c.InstrumentSources(), func(name string) bool {
		_, old := legacy[name]
		return old || len(detailsFor) == 0 && slices.Contains(c.DetectorSources(), name)
	})
	if err := c.sourceList(&text, heading, instruments, detailed); err != nil {
		return "", err
	}
	if err := c.sourceList(&text, "control sources", c.ControlSources(), detailed); err != nil {
		return "", err
	}
	if len(legacy) > 0 {
		fmt.Fprintf(&text, "%d legacy names:\n", len(legacy))
		for _, name := range slices.Sorted(maps.Keys(legacy)) {
			fmt.Fprintf(&text, "  - %s -> %s\n", name, legacy[name])
		}
	}
	return text.String(), nil
}

// trainPeriod is the time between trains.
const trainPeriod = 100 * time.Millisecond

func (c *DataCollection) trainInfo(text *strings.Builder) {
	n := len(c.trainIDs)
	fmt.Fprintf(text, "trains:         %d\n", n)
	if n > 0 {
		first, last := c.trainIDs[0], c.trainIDs[n-1]
		// A suspect train can have any ID.
		if span := last - first + 1; span < 1<<32 {
			fmt.Fprintf(text, "duration:       %v\n", time.Duration(span)*trainPeriod)
		}
		fmt.Fprintf(text, "first train ID: %d\nlast train ID:  %d\n", first, last)
	}
	fmt.Fprintln(text)
}

// detectorInfo sums up the modules of each detector.
func (c *DataCollection) detectorInfo(text *strings.Builder) error {
	modules := map[string][]string{}
	for _, source := range c.DetectorSources() {
		name := detectorPattern.FindStringSubmatch(source)[1]
		modules[name] = append(modules[name], source)
	}
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		sources := modules[name]
		fmt.Fprintf(text, "detector %s: %d modules\n", name, len(sources))
		key, err := c.Key(sources[0], "image.data")
		if err != nil {
			continue // not a detector of frames, or not selected
		}
		counts := key.DataCounts()
		fmt.Fprintf(text, "  such as %s: %v, frames of %v, up to %d a train\n\n",
			sources[0], key.DType(), key.EntryShape(), slices.Max(append(counts, 0)))
	}
	return nil
}

func (c *DataCollection) sourceList(text *strings.Builder, what string, names []string, detailed func(string) bool) error {
	fmt.Fprintf(text, "%d %s:\n", len(names), what)
	for _, name := range names {
		fmt.Fprintf(text, "  - %s%s\n", name, c.aliasesOf(Alias{Source: name}))
		if detailed(name) {
			if err := c.sourceDetail(text, name); err != nil {
				return err
			}
		}
	}
	fmt.Fprintln(text)
	return nil
}

// aliasesOf lists the aliases of a source or key: " <xgm, intensity>".
func (c *DataCollection) aliasesOf(target Alias) string {
	var names []string
	for name, other := range c.aliases {
		if other == target {
			names = append(names, name)
		}
	}
	if names == nil {
		return ""
	}
	slices.Sort(names)
	return " <" + strings.Join(names, ", ") + ">"
}

func (c *DataCollection) sourceDetail(text *strings.Builder, name string) error {
	source, err := c.Source(name)
	if err != nil {
		return err
	}
	keys, err := source.Names()
	if err != nil {
		return err
	}
	counts, err := source.DataCounts("")
	if err != nil {
		return err
	}
	with := len(slices.DeleteFunc(slices.Clone(counts), func(count int) bool { return count == 0 }))
	fmt.Fprintf(text, "    data for %d trains (%s), up to %d entries a train\n", with, percent(with, len(counts)), slices.Max(append(counts, 0)))
	for _, name := range keys {
		key, err := source.Key(name)
		if err != nil {
			return err
		}
		shape := ""
		if len(key.EntryShape()) > 0 {
			shape = fmt.Sprintf(", entries of %v", key.EntryShape())
		}
		fmt.Fprintf(text, "    - %s%s (%v%s)\n", name, c.aliasesOf(Alias{source.name, name}), key.DType(), shape)
	}
	return nil
}

func percent(part, whole int) string {
	if whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f %%", 100*float64(part)/float64(whole))
}

// Missing tells of a source, or of a group of its keys, for how many trains it has
// entries.
type Missing struct {
	// Source names it; Group is empty for the whole source.
	Source, Group string
	// Present tells for each of TrainIDs whether there are entries.
	Present []bool
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
// of the trains, those that miss most first. With groups, each group of keys of an
// instrument source is looked at by itself.
func (c *DataCollection) MissingData(atMost float64, groups bool) ([]Missing, error) {
	var list []Missing
	for _, name := range c.AllSources() {
		source, err := c.Source(name)
		if err != nil {
			return nil, err
		}
		runOnly, err := source.isRunOnly()
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
			m := Missing{Source: name, Group: group, Present: make([]bool, len(counts))}
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
		fmt.Fprintf(&text, "%8s  %d of %d trains  %s\n", percent(m.Trains, len(m.Present)), m.Trains, len(m.Present), m.Name())
	}
	return text.String(), nil
}
