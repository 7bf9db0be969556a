package geometry

import (
	"fmt"

	psh "extrapasha/pasha"
)

// Integrate adds the pixels of a frame to sums, and how many there are to counts: both
// have one number for each bin. Pixels that are NaN are left out. The data are as
// [Assemble] takes those of one image. It allocates nothing; many workers may call it at
// once, each with numbers of its own, such as a row of an array made with psh.PerWorker.
// The error wraps pasha's ErrShape where shapes do not fit.
func Integrate[T psh.Number](bins *Bins, sums, counts []float64, data psh.Array[T]) error {
	if err := bins.fitting(sums, counts, data.Shape(), 3); err != nil {
		return err
	}
	for m := range bins.modules {
		if data.NDim() == 3 {
			integrate(bins, sums, counts, m, data.Row(m), 0)
		} else {
			integrate(bins, sums, counts, m, data, m*bins.moduleRows())
		}
	}
	return nil
}

// IntegrateModule is [Integrate] for one module.
func IntegrateModule[T psh.Number](bins *Bins, sums, counts []float64, module int, data psh.Array[T]) error {
	if module < 0 || module >= bins.modules {
		return fmt.Errorf("geometry: %w: no module %d of %s, there are %d", psh.ErrShape, module, bins.class, bins.modules)
	}
	if err := bins.fitting(sums, counts, data.Shape(), 2); err != nil {
		return err
	}
	integrate(bins, sums, counts, module, data, 0)
	return nil
}

func (b *Bins) fitting(sums, counts []float64, data []int, dims int) error {
	if len(sums) != b.length || len(counts) != b.length {
		return fmt.Errorf("geometry: %w: %d sums and %d counts, expected %d of both", psh.ErrShape, len(sums), len(counts), b.length)
	}
	if !b.fits(data, dims) {
		return fmt.Errorf("geometry: %w: data of %v, expected %v of %s", psh.ErrShape, data, b.frame(dims), b.class)
	}
	return nil
}

// integrate adds a module, whose rows in data begin at one of them, but for diagnostic ones.
func integrate[T psh.Number](b *Bins, sums, counts []float64, module int, data psh.Array[T], row int) {
	row += b.skipped(data.Shape()[0])
	height, width := b.moduleShape()
	strides := data.Strides()
	for i := range height {
		number := module*height + i
		runs := b.runs[b.rows[number]:b.rows[number+1]]
		line := data.Data[(row+i)*strides[0]:]
		switch {
		case strides[1] != 1:
			addStrided(b, sums, counts, runs, line, strides[1], number*width)
		case b.by != nil:
			addWeighed(sums, counts, runs, line, b.by[number*width:])
		default:
			addRuns(sums, counts, runs, line)
		}
	}
}

func addRuns[T psh.Number](sums, counts []float64, runs []run, line []T) {
	for _, r := range runs {
		pixels := line[r.from:r.to]
		sum, n := sumOf(pixels), len(pixels)
		if sum != sum {
			sum, n = sumOfRest(pixels)
		}
		sums[r.bin] += sum
		counts[r.bin] += float64(n)
	}
}

// sumOf adds up in four parts, which do not wait for each other.
func sumOf[T psh.Number](pixels []T) float64 {
	var a, b, c, d float64
	for len(pixels) >= 4 {
		a += float64(pixels[0])
		b += float64(pixels[1])
		c += float64(pixels[2])
		d += float64(pixels[3])
		pixels = pixels[4:]
	}
	for _, x := range pixels {
		a += float64(x)
	}
	return a + b + c + d
}

// sumOfRest leaves out pixels that are NaN, and tells how many are left.
func sumOfRest[T psh.Number](pixels []T) (sum float64, n int) {
	for _, x := range pixels {
		if y := x; x == y {
			sum += float64(x)
			n++
		}
	}
	return sum, n
}

func addWeighed[T psh.Number](sums, counts []float64, runs []run, line []T, by []float32) {
	for _, r := range runs {
		pixels, by := line[r.from:r.to], by[r.from:r.to]
		sum, n := 0.0, 0
		for i, x := range pixels {
			if y := x; x == y {
				sum += float64(x) * float64(by[i])
				n++
			}
		}
		sums[r.bin] += sum
		counts[r.bin] += float64(n)
	}
}

// addStrided is for data whose neighbours along the fast scan do not lie side by side.
func addStrided[T psh.Number](b *Bins, sums, counts []float64, runs []run, line []T, stride, first int) {
	for _, r := range runs {
		for i := r.from; i < r.to; i++ {
			x := line[int(i)*stride]
			if y := x; x != y {
				continue
			}
			by := float32(1)
			if b.by != nil {
				by = b.by[first+int(i)]
			}
			sums[r.bin] += float64(x) * float64(by)
			counts[r.bin]++
		}
	}
}
