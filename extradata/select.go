package extradata

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"extrapasha/internal/glob"
	"extrapasha/internal/trains"
	"extrapasha/keydata"
	"extrapasha/run"
)

// ErrSelection is wrapped by errors of selections that fit nothing that is there,
// or that contradict themselves.
var ErrSelection = keydata.ErrSelection

// Selection picks sources and keys of a collection. [Glob], [Exact] and [Same]
// make one.
type Selection func(c *DataCollection) (map[string]selected, error)

// Glob selects the keys that fit a pattern, of the sources that fit a pattern:
//
//	Glob("*/DET/*", "image.*")
//	Glob("*MOTOR*", "actualPosition")
//
// * stands for anything, ? for one character, [xyz], [0-9] and [!xyz] for one of,
// or not of, those. The ".value" of control sources' keys may be left out, but in
// a pattern that ends with *. "*" selects all keys. A pattern that fits nothing is
// an error that wraps [ErrSelection].
func Glob(sources, keys string) Selection {
	return func(c *DataCollection) (map[string]selected, error) {
		fits, err := glob.Compile(sources)
		if err != nil {
			return nil, err
		}
		found := map[string]selected{}
		for name := range c.sources {
			if !fits(name) {
				continue
			}
			if err := c.pick(found, name, keys); err != nil {
				return nil, err
			}
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("extradata: select: %w: no source like %q has a key like %q", ErrSelection, sources, keys)
		}
		return found, nil
	}
}

// keysLike is [Glob] for one source by its name.
func keysLike(source, keys string) Selection {
	return func(c *DataCollection) (map[string]selected, error) {
		found := map[string]selected{}
		if _, ok := c.sources[source]; !ok {
			return nil, fmt.Errorf("extradata: select: %w: %w", ErrSelection, c.unknown(source))
		}
		if err := c.pick(found, source, keys); err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("extradata: select: %w: source %s has no key like %q", ErrSelection, source, keys)
		}
		return found, nil
	}
}

// pick adds the keys of a source that fit a pattern, if any do.
func (c *DataCollection) pick(found map[string]selected, source, keys string) error {
	s := c.sources[source]
	match, all, err := (&SourceData{selected: s}).match(keys)
	if err == nil && (all || len(match) > 0) {
		found[source] = selected{s.source, match}
	}
	return err
}

// Exact selects keys by the names of sources and keys; no keys stands for all of
// a source. The error is a [*SourceNameError] or a [*KeyNameError].
func Exact(keys map[string][]string) Selection {
	return func(c *DataCollection) (map[string]selected, error) {
		found := map[string]selected{}
		for _, name := range slices.Sorted(maps.Keys(keys)) {
			s, err := c.Source(name)
			if err != nil {
				return nil, err
			}
			if s, err = s.exactly(keys[name]); err != nil {
				return nil, err
			}
			found[name] = s.selected
		}
		return found, nil
	}
}

// Same selects the sources and keys that another collection has.
func Same(other *DataCollection) Selection { return Exact(other.SelectedKeys()) }

// Only selects what another source has, with the keys selected there.
func Only(source *SourceData) Selection { return Exact(map[string][]string{source.name: source.keys}) }

// OnlyKey selects a single key.
func OnlyKey(key *KeyData) Selection {
	return Exact(map[string][]string{key.Source(): {key.Key()}})
}

// expand is everything that any of the selections picks.
func (c *DataCollection) expand(selections []Selection) (map[string]selected, error) {
	all := map[string]selected{}
	for _, selection := range selections {
		picked, err := selection(c)
		if err != nil {
			return nil, err
		}
		for name, s := range picked {
			if before, ok := all[name]; ok {
				s.keys = eitherKeys(before.keys, s.keys)
			}
			all[name] = s
		}
	}
	return all, nil
}

// eitherKeys are the keys of either of two; nil is all keys.
func eitherKeys(a, b []string) []string {
	if a == nil || b == nil {
		return nil
	}
	return sorted(slices.Concat(a, b))
}

// Select is the collection with only what any of the selections picks.
func (c *DataCollection) Select(selections ...Selection) (*DataCollection, error) {
	picked, err := c.expand(selections)
	if err != nil {
		return nil, err
	}
	return c.with(c.trainIDs, picked), nil
}

// Deselect is the collection without what any of the selections picks.
func (c *DataCollection) Deselect(selections ...Selection) (*DataCollection, error) {
	dropped, err := c.expand(selections)
	if err != nil {
		return nil, err
	}
	left := map[string]selected{}
	for name, s := range c.sources {
		drop, ok := dropped[name]
		if !ok {
			left[name] = s
			continue
		}
		if drop.keys == nil {
			continue
		}
		keys, err := (&SourceData{selected: s}).Keys()
		if err != nil {
			return nil, err
		}
		keys = slices.DeleteFunc(slices.Clone(keys), func(key string) bool {
			_, found := slices.BinarySearch(drop.keys, key)
			return found
		})
		if len(keys) > 0 {
			left[name] = selected{s.source, keys}
		}
	}
	return c.with(c.trainIDs, left), nil
}

// RequireAll is the collection with only those trains for which every source has
// entries, in each of its groups of keys. Sources that only have values of the run
// do not count. Where a source leaves no trains, a warning goes to log/slog.
func (c *DataCollection) RequireAll() (*DataCollection, error) {
	ids, at := trains.Ordered(c.trainIDs)
	have := make([]int, len(ids)) // how many groups have entries
	left, needed := len(ids), 0
	for _, name := range c.AllSources() {
		groups, err := c.eachGroup(name, ids, func(position int) { have[position]++ })
		if err != nil {
			return nil, err
		}
		needed += groups
		before := left
		left = 0
		for _, n := range have {
			if n == needed {
				left++
			}
		}
		if before > 0 && left == 0 {
			slog.Warn("no train has data for all sources", "dropped", before, "source", name)
		}
	}
	have = trains.Spread(have, at)
	return c.withTrains(func(i int) bool { return have[i] == needed }), nil
}

// RequireAny is the collection with only those trains for which at least one
// source has entries.
func (c *DataCollection) RequireAny() (*DataCollection, error) {
	ids, at := trains.Ordered(c.trainIDs)
	have := make([]bool, len(ids))
	for _, name := range c.AllSources() {
		if _, err := c.eachGroup(name, ids, func(position int) { have[position] = true }); err != nil {
			return nil, err
		}
	}
	have = trains.Spread(have, at)
	return c.withTrains(func(i int) bool { return have[i] }), nil
}

// eachGroup visits those of some trains, in ascending order, that have entries for each
// of a source's groups of keys, and tells how many groups there are.
func (c *DataCollection) eachGroup(name string, trainIDs []uint64, visit func(position int)) (groups int, err error) {
	s := &SourceData{selected: c.sources[name], suspect: c.suspect}
	names, err := s.groups("")
	if err != nil {
		return 0, err
	}
	seen := make([]int, len(trainIDs)) // the last group a train was seen in, from 1
	for number, group := range names {
		err := s.eachCount(group, trainIDs, func(position, _ int) {
			if seen[position] != number+1 { // a suspect train may be there twice
				seen[position] = number + 1
				visit(position)
			}
		})
		if err != nil {
			return 0, err
		}
	}
	return len(names), nil
}

func (c *DataCollection) withTrains(keep func(position int) bool) *DataCollection {
	ids := []uint64{}
	for i, id := range c.trainIDs {
		if keep(i) {
			ids = append(ids, id)
		}
	}
	return c.with(ids, c.sources)
}

// SelectTrains is the collection with some of its trains.
func (c *DataCollection) SelectTrains(trains TrainSelection) (*DataCollection, error) {
	ids, err := trains(c.trainIDs)
	if err != nil {
		return nil, fmt.Errorf("extradata: %w", err)
	}
	return c.with(ids, c.sources), nil
}

// SplitTrains divides the trains into at least the given number of parts with at
// most so many trains each, see [keydata.Split].
func (c *DataCollection) SplitTrains(parts, trainsPerPart int) ([]*DataCollection, error) {
	shares, err := keydata.Split(len(c.trainIDs), parts, trainsPerPart)
	if err != nil {
		return nil, fmt.Errorf("extradata: %w", err)
	}
	split := make([]*DataCollection, len(shares))
	for i, share := range shares {
		split[i] = c.with(c.trainIDs[share.Start:share.Stop], c.sources)
	}
	return split, nil
}

// Union is the data of several collections together: all trains, sources and keys
// that any of them has. The error is a [*ConflictError] where two have the same
// train of a source in different files, or the name of a source in different
// sections.
func (c *DataCollection) Union(others ...*DataCollection) (*DataCollection, error) {
	all := append([]*DataCollection{c}, others...)
	out := c.with(nil, map[string]selected{})
	out.files, out.aliases = nil, aliases{}
	var lists [][]uint64
	for _, part := range all {
		lists = append(lists, part.trainIDs)
		out.files = append(out.files, part.files...)
		out.suspect = out.suspect || part.suspect
		var err error
		if out.aliases, err = out.aliases.merge(part.aliases); err != nil {
			return nil, err
		}
		for name, s := range part.sources {
			s.source = s.narrowed(part.trainIDs, part.suspect)
			before, ok := out.sources[name]
			if !ok {
				out.sources[name] = selected{s.source, s.keys}
				continue
			}
			if before.section != s.section {
				return nil, &ConflictError{Sources: []string{name}}
			}
			merged := *before.source
			merged.files = uniqueFiles(slices.Concat(before.files, s.files))
			out.sources[name] = selected{&merged, eitherKeys(before.keys, s.keys)}
		}
	}
	out.files = uniqueFiles(out.files)
	out.trainIDs = trains.Union(lists)
	out.oneRun = sameRun(all)
	return out, out.checkConflicts()
}

// uniqueFiles leaves each path once.
func uniqueFiles(files []*run.File) []*run.File {
	slices.SortStableFunc(files, byName)
	return slices.CompactFunc(files, func(a, b *run.File) bool { return a.Path() == b.Path() })
}

// sameRun tells whether collections are of one run: the numbers of proposal and
// run are the same in all.
func sameRun(parts []*DataCollection) bool {
	var first [2]any
	for i, part := range parts {
		if !part.oneRun || len(part.files) == 0 {
			return false
		}
		metadata, err := part.files[0].Metadata()
		if err != nil || metadata["runNumber"] == nil {
			return false
		}
		numbers := [2]any{metadata["proposalNumber"], metadata["runNumber"]}
		if i == 0 {
			first = numbers
		}
		if numbers != first {
			return false
		}
	}
	return true
}
