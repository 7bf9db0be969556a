package write

import (
	"errors"
	"slices"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
	"extrapasha/internal/trains"
	"extrapasha/keydata"
)

// trains writes the IDs of the trains, in ascending order, when they were, and whether
// they are what they seem.
func (f *file) trains() error {
	c := f.collection
	stamps, err := c.TrainTimestamps()
	if err != nil {
		return err
	}
	n := 0
	f.trainIDs = trains.Union([][]uint64{c.TrainIDs()})
	nanoseconds, flags := make([]uint64, len(f.trainIDs)), make([]int32, len(f.trainIDs))
	valid := c.TrainFlags()
	for i, id := range c.TrainIDs() {
		at, _ := slices.BinarySearch(f.trainIDs, id)
		if nanoseconds[at] = extradata.NoTime; !stamps[i].IsZero() {
			nanoseconds[at], n = uint64(stamps[i].UnixNano()), n+1
		}
		if valid[i] {
			flags[at] = 1
		}
	}
	if err := f.column("trainId", f.trainIDs); err != nil {
		return err
	}
	if n > 0 {
		err = f.column("timestamp", nanoseconds)
	}
	if err != nil || !f.newer() {
		return err
	}
	return h5.Put(f.Writer, "INDEX/flag", []int{len(flags)}, flags, h5.Layout{})
}

// column writes a part of INDEX.
func (f *file) column(name string, numbers []uint64) error {
	return h5.Put(f.Writer, "INDEX/"+name, []int{len(numbers)}, numbers, h5.Layout{})
}

// list notes a source or a group of keys.
func (f *file) list(id string) { f.listed = append(f.listed, id) }

// index writes the index of a group of keys that has those rows, once.
func (f *file) index(s *extradata.SourceData, group string, rows []keydata.Rows) error {
	name := s.Name()
	if group != "" {
		name += "/" + group
	}
	if f.indexed[name] {
		return nil
	}
	f.indexed[name] = true
	switch id := string(s.Section()) + "/" + name; {
	case s.IsInstrument():
		f.list(id)
	case !s.IsControl():
		f.auxiliary[s.Section()] = append(f.auxiliary[s.Section()], id)
	}
	first, count := make([]uint64, len(f.trainIDs)), make([]uint64, len(f.trainIDs))
	for _, part := range rows {
		at, _ := slices.BinarySearch(f.trainIDs, part.TrainID)
		count[at] += uint64(part.Count)
	}
	for i := 1; i < len(first); i++ {
		first[i] = first[i-1] + count[i-1]
	}
	return errors.Join(f.column(name+"/first", first), f.column(name+"/count", count))
}
