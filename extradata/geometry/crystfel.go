package geometry

import (
	"slices"

	"gonum.org/v1/gonum/spatial/r3"
)

// CrystFEL is what a CrystFEL geometry file (.geom) says.
type CrystFEL struct {
	Panels []Panel // in the order of the file
	Bad    []BadRegion
	// Groups are panels that move as one, Collections are groups.
	Groups, Collections []PanelGroup
	// MaskGood and MaskBad are bits that tell of a mask that a pixel is good, or bad.
	MaskGood, MaskBad uint64
	// PhotonEnergy is a number of eV, one with a unit, or the path of it in the data.
	PhotonEnergy string
	// Motors are positions of motors that EXtra-geom noted, see
	// [Geometry.MotorPositions].
	Motors [][]float64
	// LeftOut are lines of which nothing is kept here: they are not of the form that
	// CrystFEL reads, or say what is of no use.
	LeftOut []string
}

// Panel is a rectangle of pixels as a CrystFEL file has it.
type Panel struct {
	Name string
	// X and Y are the corner of its first pixel, in pixels; Coffset is how far it lies
	// behind the distance of the detector, in metres.
	X, Y, Coffset float64
	// FS and SS are steps to the next pixel along the fast and the slow scan, in pixels.
	FS, SS r3.Vec
	// The part of the data that it has, the last pixels included.
	MinFS, MaxFS, MinSS, MaxSS int
	// Res is how many pixels a metre has.
	Res float64
	// Dims are the dimensions of the data: ss and fs, % for frames, a number for a fixed
	// index.
	Dims []string
	// Data and Mask are paths in the file of the data.
	Data, Mask string
	// Clen is the distance of the detector in metres, or the path of it in the data;
	// ADUPerEV is what the data count in. They are empty where the file does not say.
	Clen, ADUPerEV string
}

// BadRegion is a part of a detector that is not to be used.
type BadRegion struct {
	Name string
	// InPanel tells that it is a part of the data of Panel, which may be empty for a
	// region that no panel is named for: else it is a part of space.
	InPanel bool
	Panel   string
	// MinX to MaxY are in pixels, in space.
	MinX, MaxX, MinY, MaxY float64
	// MinFS to MaxSS are in the data, the last pixels included.
	MinFS, MaxFS, MinSS, MaxSS int
}

// PanelGroup has members: panels, or groups of them.
type PanelGroup struct {
	Name    string
	Members []string
}

// Header is what a CrystFEL file says beyond where the tiles are. Empty fields are not
// said.
type Header struct {
	// Data and Mask are the paths of data and mask in the file of the data.
	Data, Mask string
	// Dims are the dimensions of the data: frame, ss and fs, modno for that of the
	// modules, or a number where only one index counts. Without modno the modules are
	// joined along the slow scan. Where nothing is given they are frame, modno, ss, fs.
	Dims []string
	// Quadrants is how many rigid groups there are beside the modules; what the class has
	// where it is 0.
	Quadrants int
	// ADUPerEV, Clen (the distance of the detector) and PhotonEnergy are as the file has
	// them: a number, one with a unit, or a path in the data.
	ADUPerEV, Clen, PhotonEnergy string
	// Bad are bad regions. Their panels are named pNaM, for tile M of module N, and their
	// rows are those of that module.
	Bad []BadRegion
	// LeftOut tells what a file said that is kept neither here nor in the geometry.
	LeftOut []string
}

// Header is what the CrystFEL file said that the geometry was read from; it is empty for
// others.
func (g *Geometry) Header() Header {
	h := g.header
	h.Dims, h.Bad, h.LeftOut = slices.Clone(h.Dims), slices.Clone(h.Bad), slices.Clone(h.LeftOut)
	return h
}
