package geometry

import (
	"fmt"
	"math"
	"slices"

	psh "extrapasha/pasha"
)

// NewImage makes an image to put data into, in memory that all workers share: y, x, with
// dimensions in front for several images. Its elements are NaN, or 0 for integers; where
// there is no tile they stay so. The error is that of pasha's Alloc.
func NewImage[T psh.Number](grid *Grid, leading ...int) (psh.Array[T], error) {
	gap := T(0)
	if nan := math.NaN(); isFloat[T]() {
		gap = T(nan)
	}
	return psh.Alloc[T](psh.Shape(append(slices.Clone(leading), grid.height, grid.width)...), psh.Fill(gap))
}

// FrontImage is data of one frame put together as it is seen along the beam, the first row
// on top, for a picture: [Geometry.Grid], [NewImage] and [Assemble] at once.
func FrontImage[T psh.Number](g *Geometry, data psh.Array[T]) (psh.Array[T], error) {
	grid, err := g.Grid()
	if err != nil {
		return psh.Array[T]{}, err
	}
	image, err := NewImage[T](grid)
	if err != nil {
		return image, err
	}
	return image, Assemble(grid.FrontView(), image, data)
}

// Assemble puts data together to an image, or several: data have the dimensions of the
// images but for y and x, then modules, slow scan and fast scan. The modules may also be
// joined along the slow scan, as pnCCD and ePix are recorded; of an ePix two rows more at
// either end are left out. What is in the image where there is no tile stays.
//
// The image may have other numbers than the data, if it holds all of theirs. It allocates
// nothing, and may be called by many workers at once, for images of their own. The error
// wraps pasha's ErrShape where shapes do not fit, [ErrType] where numbers would be lost.
func Assemble[D, S psh.Number](grid *Grid, image psh.Array[D], data psh.Array[S]) error {
	if err := grid.check(image.Shape(), data.Shape(), 3); err != nil {
		return err
	}
	if err := checkHolds[D, S](); err != nil {
		return err
	}
	assemble(grid, image, data)
	return nil
}

// AssembleModule is [Assemble] for one module alone: data have no dimension of modules.
// Workers may put modules into the same image at once, where their tiles do not overlap.
func AssembleModule[D, S psh.Number](grid *Grid, image psh.Array[D], module int, data psh.Array[S]) error {
	if module < 0 || module >= len(grid.pieces) {
		return fmt.Errorf("geometry: %w: no module %d of %s, there are %d", psh.ErrShape, module, grid.class, len(grid.pieces))
	}
	if err := grid.check(image.Shape(), data.Shape(), 2); err != nil {
		return err
	}
	if err := checkHolds[D, S](); err != nil {
		return err
	}
	assembleModule(grid, image, module, data)
	return nil
}

// check makes sure that shapes fit. dims is how many dimensions the data of an image have.
func (gr *Grid) check(image, data []int, dims int) error {
	leading := len(image) - 2
	if leading < 0 || image[leading] != gr.height || image[leading+1] != gr.width {
		return fmt.Errorf("geometry: %w: image of %v, expected %v and dimensions in front", psh.ErrShape, image, gr.Shape())
	}
	if len(data) >= leading && slices.Equal(image[:leading], data[:leading]) && gr.fits(data[leading:], dims) {
		return nil
	}
	return fmt.Errorf("geometry: %w: data of %v for images of %v, expected those of %s to end in %v", psh.ErrShape, data, image, gr.class, gr.frame(dims))
}

func assemble[D, S psh.Number](grid *Grid, image psh.Array[D], data psh.Array[S]) {
	if image.NDim() > 2 {
		for i := range image.Shape()[0] {
			assemble(grid, image.Row(i), data.Row(i))
		}
		return
	}
	for m := range grid.pieces {
		if data.NDim() == 3 {
			put(grid, image, m, data.Row(m), 0)
		} else {
			put(grid, image, m, data, m*grid.moduleRows())
		}
	}
}

func assembleModule[D, S psh.Number](grid *Grid, image psh.Array[D], module int, data psh.Array[S]) {
	if image.NDim() > 2 {
		for i := range image.Shape()[0] {
			assembleModule(grid, image.Row(i), module, data.Row(i))
		}
		return
	}
	put(grid, image, module, data, 0)
}

// put copies a module, whose rows in data begin at one of them, but for diagnostic ones.
func put[D, S psh.Number](grid *Grid, image psh.Array[D], module int, data psh.Array[S], row int) {
	row += grid.skipped(data.Shape()[0])
	to, from := image.Strides(), data.Strides()
	for _, p := range grid.pieces[module] {
		copyTile(
			view[D]{image.Data, p.y*to[0] + p.x*to[1], p.ss[0]*to[0] + p.ss[1]*to[1], p.fs[0]*to[0] + p.fs[1]*to[1]},
			view[S]{data.Data, (row+p.slow0)*from[0] + p.fast0*from[1], from[0], from[1]},
			p.slow, p.fast,
		)
	}
}
