// Package geometry says where the pixels of a detector are, and puts what they saw
// together. It knows arrays alone, nothing of runs.
//
//	g, err := geometry.FromCrystFEL("agipd.geom", geometry.AGIPD1M)
//	grid, err := g.Grid()
//	image, err := geometry.NewImage[float32](grid)
//	err = geometry.Assemble(grid, image, frame) // of (16, 512, 128)
//
// The parts:
//
//   - A [Geometry] has the tiles of a detector in space. It is made from positions of
//     quadrants or modules ([NewAGIPD1M], [NewLPD1M], [NewJungfrau] and their like),
//     from a CrystFEL file ([FromCrystFEL]) or what one of the facility says ([FromOffsets]), by a
//     description ([NewGeneric]), or, to look at data before it is known, as such
//     detectors usually are ([Usual]).
//   - It tells where pixels are ([Geometry.Positions], [Geometry.Position],
//     [Geometry.Distortion]), can be moved ([Geometry.Move], [Geometry.Rotate],
//     [Motors]), compared ([Geometry.Compare]) and written ([Geometry.WriteCrystFEL],
//     [Geometry.Offsets]).
//   - A [Grid] is the plan for images, made once. [Assemble] puts frames together by it,
//     [AssembleModule] one module, so that workers can do so on their own.
//     [FrontImage] is for pictures.
//   - [Bins] is a table of the bin of each pixel, by radius, angle or momentum transfer,
//     made once. [Integrate] and [IntegrateModule] add up frames by it.
//   - [CrystFEL] is what a CrystFEL file says, panel by panel.
//
// Positions are x, y and z in metres: x to the left, looking along the beam, y up, z along
// the beam, which is at x = y = 0. Data are (module, slow scan, fast scan), modules count
// from 0. The classes, their conventions and the order of arithmetic are those of
// EXtra-geom in Python, so that images are the same pixel by pixel.
package geometry
