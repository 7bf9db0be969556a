package mockrun

import (
	"fmt"
	"maps"
	"slices"

	"extrapasha/extradata/geometry"
)

// detector is one of those that runs can be made of: how its modules are called, and what
// their data look like.
type detector struct {
	class      geometry.Class
	modules    int    // as it mostly has
	most       int    // as it may have
	first      int    // number of the first
	rows, cols int    // of a module
	gain       bool   // raw data have it behind the image
	byTrain    bool   // an entry is all pulses of a train, in the detector's memory cells
	raw        string // sources, with the number of the module
	corrected  string
	aggregator string
}

// detectors are named as [Config.Detector] has it.
var detectors = map[string]detector{
	"AGIPD1M": {
		class: geometry.AGIPD1M, modules: 16, most: 16, rows: 512, cols: 128, gain: true,
		raw: "SPB_DET_AGIPD1M-1/DET/%dCH0:xtdf", corrected: "SPB_DET_AGIPD1M-1/CORR/%dCH0:output", aggregator: "AGIPD%02d",
	},
	"AGIPD500K": {
		class: geometry.AGIPD500K, modules: 8, most: 8, rows: 512, cols: 128, gain: true,
		raw: "HED_DET_AGIPD500K2G/DET/%dCH0:xtdf", corrected: "HED_DET_AGIPD500K2G/CORR/%dCH0:output", aggregator: "AGIPD%02d",
	},
	"DSSC1M": {
		class: geometry.DSSC1M, modules: 16, most: 16, rows: 128, cols: 512,
		raw: "SCS_DET_DSSC1M-1/DET/%dCH0:xtdf", corrected: "SCS_DET_DSSC1M-1/CORR/%dCH0:output", aggregator: "DSSC%02d",
	},
	"LPD1M": {
		class: geometry.LPD1M, modules: 16, most: 16, rows: 256, cols: 256,
		raw: "FXE_DET_LPD1M-1/DET/%dCH0:xtdf", corrected: "FXE_DET_LPD1M-1/CORR/%dCH0:output", aggregator: "LPD%02d",
	},
	"JUNGFRAU": {
		class: geometry.Jungfrau, modules: 8, most: 32, first: 1, rows: 512, cols: 1024, byTrain: true,
		raw: "SPB_IRDA_JF4M/DET/JNGFR%02d:daqOutput", corrected: "SPB_IRDA_JF4M/CORR/JNGFR%02d:daqOutput", aggregator: "JNGFR%02d",
	},
}

// Detectors are the detectors that can be made.
func Detectors() []string { return slices.Sorted(maps.Keys(detectors)) }

// For is [Default] with all modules of a detector.
func For(name string) (Config, error) {
	c := Default()
	d, ok := detectors[name]
	if !ok {
		return c, fmt.Errorf("mockrun: detector %q, expected one of %q", name, Detectors())
	}
	c.Detector, c.Modules, c.Rows, c.Cols = name, d.modules, d.rows, d.cols
	return c, nil
}

// Source is the source of a module's raw data; modules count from 0.
func (c Config) Source(module int) string {
	return fmt.Sprintf(c.kind().raw, module+c.kind().first)
}

// CorrectedSource is the source of a module's corrected data.
func (c Config) CorrectedSource(module int) string {
	return fmt.Sprintf(c.kind().corrected, module+c.kind().first)
}

// kind is the detector of the run.
func (c Config) kind() detector { return detectors[c.Detector] }
