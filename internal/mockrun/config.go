package mockrun

import (
	"fmt"
	"path/filepath"
	"slices"
)

// Config says what run to make. Start from [Default] or [Small].
type Config struct {
	// Proposal and Run number the run.
	Proposal, Run int
	// Trains is the number of trains, FirstTrain the ID of the first.
	Trains     int
	FirstTrain uint64
	// TrainsPerFile is the length of a sequence file.
	TrainsPerFile int
	// Pulses is the number of pulses, and so of detector frames, in a train.
	Pulses int
	// Detector is the detector, one of [Detectors]. See [For].
	Detector string
	// Modules is the number of its modules, Without are those of them, counted from
	// 0, that the run does not have.
	Modules int
	Without []int
	// Rows and Cols are the shape of a module's frame. A detector whose modules are of
	// another shape than they are in truth has them in places of their own.
	Rows, Cols int
	// Motors is how many there are that jump to another place every ten trains, Stages how
	// many scan and take their time to move, Fixed how many stand still, and Drifting how
	// many thermometers show what drifts slowly.
	Motors, Stages, Fixed, Drifting, Cameras int
	// Aggregators is the number of data aggregators that motors and cameras
	// are spread over. The XGM is in the first.
	Aggregators int
	// Corrected adds corrected detector data as processed data of the run.
	Corrected bool
	// Laser adds a pump laser with every second pulse, a time server that tells of it, and
	// what it does to the sample.
	Laser bool
	// Deflate is the level, 1 to 9, that raw detector frames are compressed
	// with; 0 leaves them as they are, as the facility does.
	Deflate int
	// MissingTrains and MissingPulses are the parts (0 to 1) of the trains and
	// of the pulses in a train that a source misses, each source its own.
	MissingTrains, MissingPulses float64
	// Version is the version of the data format: 0.5, 1.0, 1.1, 1.2 or 1.3.
	Version string
	// Seed makes the run; the same seed, the same bytes.
	Seed uint64
}

// Default is a run of 64 trains with two modules, some 270 MB.
func Default() Config {
	return Config{
		Proposal: 700000, Run: 1, Trains: 64, FirstTrain: 1_500_000_000, TrainsPerFile: 32,
		Pulses: 8, Detector: "AGIPD1M", Modules: 2, Rows: 512, Cols: 128, Motors: 4, Stages: 1, Fixed: 2, Drifting: 1, Cameras: 1, Aggregators: 2,
		Version: "1.2", Seed: 1,
	}
}

// Small is a run of some 100 kB, raw and corrected, in two sequence files, with
// trains and pulses missing; all its motors jump.
func Small() Config {
	c := Default()
	c.Trains, c.TrainsPerFile, c.Pulses, c.Rows, c.Cols, c.FirstTrain = 10, 5, 4, 32, 16, 10000
	c.Stages, c.Fixed, c.Drifting = 0, 0, 0
	c.Corrected, c.MissingTrains, c.MissingPulses = true, 0.15, 0.2
	return c
}

// Versions are the versions of the format that can be made.
var Versions = []string{"0.5", "1.0", "1.1", "1.2", "1.3"}

func (c Config) check() error {
	atLeast := func(name string, value, least int) error {
		if value < least {
			return fmt.Errorf("mockrun: %s is %d, expected at least %d", name, value, least)
		}
		return nil
	}
	for _, err := range []error{
		atLeast("trains", c.Trains, 1), atLeast("trains per file", c.TrainsPerFile, 1),
		atLeast("pulses", c.Pulses, 1), atLeast("modules", c.Modules, 0), atLeast("rows", c.Rows, 1),
		atLeast("columns", c.Cols, 1), atLeast("motors", c.Motors, 0), atLeast("stages", c.Stages, 0), atLeast("fixed motors", c.Fixed, 0), atLeast("thermometers", c.Drifting, 0), atLeast("cameras", c.Cameras, 0),
		atLeast("aggregators", c.Aggregators, 1), atLeast("proposal", c.Proposal, 1), atLeast("run", c.Run, 1),
	} {
		if err != nil {
			return err
		}
	}
	switch {
	case c.kind().most == 0:
		return fmt.Errorf("mockrun: detector %q, expected one of %q", c.Detector, Detectors())
	case c.Modules > c.kind().most:
		return fmt.Errorf("mockrun: modules is %d, %s has at most %d", c.Modules, c.Detector, c.kind().most)
	case slices.ContainsFunc(c.Without, func(n int) bool { return n < 0 || n >= c.Modules }):
		return fmt.Errorf("mockrun: without modules %v, there are %d", c.Without, c.Modules)
	case c.FirstTrain == 0:
		return fmt.Errorf("mockrun: first train is 0, which marks no train in the format")
	case c.MissingTrains < 0 || c.MissingTrains > 1 || c.MissingPulses < 0 || c.MissingPulses > 1:
		return fmt.Errorf("mockrun: missing trains %v and pulses %v, expected parts between 0 and 1", c.MissingTrains, c.MissingPulses)
	case c.Deflate < 0 || c.Deflate > 9:
		return fmt.Errorf("mockrun: deflate is %d, expected 0 to 9", c.Deflate)
	case !slices.Contains(Versions, c.Version):
		return fmt.Errorf("mockrun: format version %q, expected one of %v", c.Version, Versions)
	}
	return nil
}

// FrameBytes is the size of a raw frame: the image, and of AGIPD its gain, 16 bit each.
func (c Config) FrameBytes() int64 {
	if c.kind().gain {
		return 2 * c.imageBytes()
	}
	return c.imageBytes()
}

func (c Config) imageBytes() int64 { return int64(c.Rows) * int64(c.Cols) * 2 }

// ForSize is the configuration with as many trains as make about that many
// bytes of raw detector data, at least one.
func (c Config) ForSize(bytes int64) Config {
	perTrain := c.FrameBytes() * int64(max(c.Modules, 1)) * int64(c.Pulses)
	c.Trains = int(max(bytes/perTrain, 1))
	return c
}

// ProposalDir is the directory of the proposal below a data root.
func (c Config) ProposalDir(root string) string {
	return filepath.Join(root, "SPB", "202601", fmt.Sprintf("p%06d", c.Proposal))
}

// RunDir is the directory of the run's data of one kind, "raw" or "proc".
func (c Config) RunDir(root, data string) string {
	return filepath.Join(c.ProposalDir(root), data, fmt.Sprintf("r%04d", c.Run))
}

// The names of the sources.
const (
	// XGM measures pulse energies; its output has them pulse by pulse.
	XGM       = "SPB_XTD9_XGM/XGM/DOOCS"
	XGMOutput = XGM + ":output"
)

// Module is the source of a detector module's raw data.
func Module(n int) string { return fmt.Sprintf("SPB_DET_AGIPD1M-1/DET/%dCH0:xtdf", n) }

// CorrectedModule is the source of a detector module's corrected data.
func CorrectedModule(n int) string { return fmt.Sprintf("SPB_DET_AGIPD1M-1/CORR/%dCH0:output", n) }

// Motor is the source of a motor that jumps, counted from 1.
func Motor(n int) string { return fmt.Sprintf("SPB_EXP_SAM/MOTOR/%d", n) }

// Stage is the source of a motor that scans, counted from 1.
func Stage(n int) string { return fmt.Sprintf("SPB_EXP_STAGE/MOTOR/%d", n) }

// FixedMotor is the source of a motor that stands still, counted from 1.
func FixedMotor(n int) string { return fmt.Sprintf("SPB_EXP_DET/MOTOR/%d", n) }

// Thermometer is the source of a temperature that drifts, counted from 1.
func Thermometer(n int) string { return fmt.Sprintf("SPB_EXP_HUTCH/TSENS/%d", n) }

// Camera is the source of a camera, counted from 1.
func Camera(n int) string { return fmt.Sprintf("SPB_EXP_SAM/CAM/%d:daqOutput", n) }
