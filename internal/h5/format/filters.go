package format

import "fmt"

// Filter is a step of what is done to a chunk before it is stored.
type Filter struct {
	ID     int
	Name   string // as the writer calls it, mostly empty
	Values []uint32
	// Optional tells that a chunk may be stored without it.
	Optional bool
}

// The filters whose values are checked, by their numbers in the format.
const (
	DeflateFilter  = 1
	ShuffleFilter  = 2
	FletcherFilter = 3
	LZFFilter      = 32000
)

// filterLimit is libhdf5's.
const filterLimit = 32

func parseFilters(b []byte) ([]Filter, error) {
	p := parser{b: b}
	version, n := p.byte(), p.length(1, filterLimit)
	switch version {
	case 1:
		p.take(6)
	case 2:
	default:
		return nil, corrupt("filters of version %d", version)
	}
	filters := make([]Filter, n)
	for i := range filters {
		if err := p.filter(&filters[i], version); err != nil {
			return nil, err
		}
	}
	return filters, p.err("a list of filters")
}

func (p *parser) filter(f *Filter, version byte) error {
	f.ID = int(p.number(2))
	name := 0
	if version == 1 || f.ID >= 256 {
		name = int(p.number(2))
	}
	f.Optional = p.number(2)&1 != 0
	values := int(p.number(2))
	if text := p.take(name); len(text) > 0 {
		t := parser{b: append(text, 0)}
		f.Name = t.text(1)
	}
	if version == 1 {
		p.take(-name & 7)
	}
	raw := p.take(4 * values)
	for ; len(raw) > 0; raw = raw[4:] {
		f.Values = append(f.Values, little.Uint32(raw))
	}
	if version == 1 && values%2 == 1 {
		p.take(4)
	}
	return p.err("a list of filters")
}

// Check makes sure of the values of a filter, as libhdf5 does when it undoes it.
func (f *Filter) Check() error {
	switch f.ID {
	case ShuffleFilter:
		if len(f.Values) != 1 || f.Values[0] == 0 {
			return corrupt("filter parameters: shuffle of elements of size %v", f.Values)
		}
	case DeflateFilter:
		if len(f.Values) != 1 || f.Values[0] > 9 {
			return corrupt("filter parameters: deflate of level %v", f.Values)
		}
	}
	return nil
}

// filterNames are those of filters that are registered and used at the facility.
// https://github.com/HDFGroup/hdf5_plugins/blob/master/docs/RegisteredFilterPlugins.md
var filterNames = map[int]string{
	DeflateFilter: "deflate", ShuffleFilter: "shuffle", FletcherFilter: "fletcher32", 4: "szip", 5: "nbit", 6: "scale-offset",
	305: "LZO", 307: "bzip2", LZFFilter: "LZF", 32001: "Blosc", 32004: "LZ4", 32008: "bitshuffle", 32013: "ZFP", 32015: "Zstandard",
	32017: "SZ", 32018: "FCIDECOMP", 32019: "JPEG", 32024: "SZ3", 32026: "Blosc2",
}

// String tells the filter by number and name.
func (f Filter) String() string {
	name := filterNames[f.ID]
	if name == "" {
		name = f.Name
	}
	if name == "" {
		return fmt.Sprintf("filter %d", f.ID)
	}
	return fmt.Sprintf("filter %d (%s)", f.ID, name)
}
