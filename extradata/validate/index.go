package validate

import (
	"math"
	"path"
	"strings"

	"extrapasha/run"
)

// indexes looks at the index of each group of keys of each source.
func (c *checker) indexes() {
	ids, err := c.file.Numbers(trainIDs)
	if err != nil {
		return // of the check of train IDs
	}
	c.rows = len(ids)
	legacy := c.file.LegacySources()
	for source, section := range c.file.Sources() {
		if _, old := legacy[source]; old {
			continue // another name for a source that is looked at
		}
		keys, err := c.file.Keys(section, source)
		if err != nil {
			c.found(Index, path.Join(string(section), source), "%v", err)
			continue
		}
		groups := map[string][]string{}
		for _, key := range keys {
			group := ""
			if section == run.Instrument {
				group, _, _ = strings.Cut(key, ".")
			}
			groups[group] = append(groups[group], key)
		}
		for group, keys := range groups {
			c.index(section, source, group, keys)
		}
	}
}

// index looks at one index and the data that it is of.
func (c *checker) index(section run.Section, source, group string, keys []string) {
	object := path.Join("INDEX", source, group)
	first, count, ok := c.readIndex(object)
	if !ok {
		return
	}
	if len(first) != len(count) {
		c.found(Index, object, "first has %d entries, count %d", len(first), len(count))
		return
	}
	if trains := len(c.file.TrainIDs()); len(first) < trains || len(first) > max(c.rows, trains) {
		c.found(Index, object, "the index has %d entries, for %d trains", len(first), trains)
	}
	end := uint64(0)
	for i := range first {
		if count[i] > math.MaxUint64-first[i] {
			end = math.MaxUint64
		} else if count[i] > 0 {
			end = max(end, first[i]+count[i])
		}
	}
	for _, key := range keys {
		dataset := run.Dataset(section, source, key)
		rows, err := c.file.Rows(dataset)
		switch {
		case err != nil:
			c.found(Index, dataset, "%v", err)
		case end > uint64(rows):
			c.found(Index, dataset, "the index refers to row %d of data that has %d", end-1, rows)
		}
	}
	c.contiguous(object, first, count)
}

// readIndex reads first and count of each row of INDEX.
func (c *checker) readIndex(object string) (first, count []uint64, ok bool) {
	first, err := c.file.Numbers(object + "/first")
	if err == nil {
		count, err = c.file.Numbers(object + "/count")
		if err != nil && !unreadable(err) { // as the first version of the format has it
			count, err = c.oldCounts(object, first)
		}
	}
	switch {
	case unreadable(err):
		c.found(Index, object, "%v", err)
	case err != nil:
		c.found(Index, object, "there is no index")
	}
	return first, count, err == nil
}

func (c *checker) oldCounts(object string, first []uint64) ([]uint64, error) {
	last, err := c.file.Numbers(object + "/last")
	if err != nil {
		return nil, err
	}
	status, err := c.file.Flags(object + "/status")
	if err != nil {
		return nil, err
	}
	count := make([]uint64, min(len(last), len(status)))
	for i := range count {
		if status[i] && i < len(first) && last[i] >= first[i] {
			count[i] = last[i] - first[i] + 1
		}
	}
	return count, nil
}

// contiguous looks for rows that no train has, or several. Trains without entries
// have no place of their own: in some files their first row is 0. Only the first of
// each is told.
func (c *checker) contiguous(object string, first, count []uint64) {
	var gaps, overlaps []int
	next, started := uint64(0), false
	for i := range first {
		if count[i] == 0 {
			continue
		}
		switch {
		case !started && first[i] != 0:
			c.found(Index, object, "the index starts at row %d, not at 0", first[i])
		case started && first[i] > next:
			gaps = append(gaps, i)
		case started && first[i] < next:
			overlaps = append(overlaps, i)
		}
		next, started = first[i]+count[i], true
	}
	for what, at := range map[string][]int{"gaps": gaps, "overlaps": overlaps} {
		if len(at) > 0 {
			i := at[0]
			previous := i - 1
			for count[previous] == 0 {
				previous--
			}
			c.found(Index, object, "%d %s in the index, first at %d: rows from %d on, after %d from %d on", len(at), what, i, first[i], count[previous], first[previous])
		}
	}
}
