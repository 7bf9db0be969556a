package detector

import (
	"fmt"
	"regexp"
	"slices"

	"extrapasha/extradata/geometry"
	"extrapasha/keydata"
)

// class is a kind of detector: how its modules are called, and what their data are like.
type class struct {
	name      string
	names     string // pattern of names of detectors
	modules   string // pattern of what is behind /DET/ or /CORR/, up to the number
	places    int    // modules as a whole detector has them, 0 for as many as there are
	first     int    // number of the first
	shape     []int  // of a module, nil for that of the data
	data      string // the key that frames are counted by
	mask      string
	byPulse   bool           // entries of image.* are pulses, which have IDs
	cells     bool           // an entry of the data is a train: all memory cells, which come first
	rawDims   int            // of raw data and no others, 0: these are integers
	geometric geometry.Class // class of its geometry
}

// xtdf is a class of those detectors that store pulse by pulse.
func xtdf(name, names string, places, slow, fast int, geometric geometry.Class) *class {
	c := &class{
		name: name, names: names, modules: `(\d+)CH`, places: places,
		data: "image.data", mask: "image.mask", byPulse: true, geometric: geometric,
	}
	if slow > 0 {
		c.shape = []int{slow, fast}
	}
	return c
}

// agipd is one whose raw data have the gain beside the image.
func agipd(name, names string, places int, geometric geometry.Class) *class {
	c := xtdf(name, names, places, 512, 128, geometric)
	c.rawDims = 4
	return c
}

// classes are those that are told apart by the name of the detector, as EXtra-data does.
var classes = []*class{
	agipd("AGIPD1M", `[^/]+_AGIPD1M[^/]*`, 16, "AGIPD-1M"),
	agipd("AGIPD500K", `[^/]+AGIPD500K[^/]*`, 8, "AGIPD-500K2G"),
	xtdf("DSSC1M", `[^/]+_DSSC1M[^/]*`, 16, 128, 512, "DSSC-1M"),
	xtdf("LPD1M", `[^/]+_LPD1M[^/]*`, 16, 256, 256, "LPD-1M"),
	xtdf("LPDSolo", `[^/]+_LPD_SOLO[^/]*`, 1, 256, 256, ""),
	xtdf("LPDMini", `[^/]+_LPD_MINI[^/]*`, 0, 0, 0, "LPD-Mini"),
	{
		name: "JUNGFRAU", names: `[^/]+_(?:JNGFR|JF[14]M|JUNGF|JF|JF500K\d?)`, modules: `(?:MODULE_|RECEIVER-|JNGFR)(\d+)`,
		first: 1, shape: []int{512, 1024}, data: "data.adc", mask: "data.mask", cells: true, geometric: "JUNGFRAU",
	},
}

// Classes are the names of the classes that [Identify] knows.
func Classes() []string {
	names := make([]string, len(classes))
	for i, c := range classes {
		names[i] = c.name
	}
	return names
}

func classNamed(name string) (*class, error) {
	i := slices.IndexFunc(classes, func(c *class) bool { return c.name == name })
	if i < 0 {
		return nil, fmt.Errorf("%w: no class of detectors %q, expected one of %q", keydata.ErrSelection, name, Classes())
	}
	return classes[i], nil
}

// find is the pattern of sources of a detector, or of any of the class where the name is
// empty: name, DET or CORR, number.
func (c *class) find(name string) *regexp.Regexp {
	names := c.names
	if name != "" {
		names = regexp.QuoteMeta(name)
	}
	return regexp.MustCompile(`^(` + names + `)/(DET|CORR)/` + c.modules)
}

// like is a class of modules by a pattern of their sources.
func like(pattern, data string) (*class, error) {
	find, err := regexp.Compile(pattern)
	if err == nil && find.NumSubexp() != 1 {
		err = fmt.Errorf("it has %d groups, expected one, the number of the module", find.NumSubexp())
	}
	if err != nil {
		return nil, fmt.Errorf("%w: pattern of modules %q: %w", keydata.ErrSelection, pattern, err)
	}
	return &class{name: pattern, modules: pattern, data: data}, nil
}

// PlacesOf is how many modules a whole detector of a class has, 0 where the data tell, or
// there is no such class.
func PlacesOf(class string) int {
	c, err := classNamed(class)
	if err != nil {
		return 0
	}
	return c.places
}
