package geometry

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/spatial/r3"
)

// set takes what a line says of a panel.
func (p *Panel) set(field, value string) (err error) {
	texts := map[string]*string{"data": &p.Data, "mask": &p.Mask, "clen": &p.Clen, "adu_per_eV": &p.ADUPerEV}
	floats := map[string]*float64{"corner_x": &p.X, "corner_y": &p.Y, "coffset": &p.Coffset, "res": &p.Res}
	ints := map[string]*int{"min_fs": &p.MinFS, "max_fs": &p.MaxFS, "min_ss": &p.MinSS, "max_ss": &p.MaxSS}
	switch {
	case texts[field] != nil:
		*texts[field] = value
	case floats[field] != nil:
		*floats[field], err = finiteNumber(value)
	case ints[field] != nil:
		*ints[field], err = pixel(value)
	case field == "fs":
		p.FS, err = direction(value)
	case field == "ss":
		p.SS, err = direction(value)
	case strings.HasPrefix(field, "dim"):
		p.Dims, err = setDim(p.Dims, field[3:], value)
	default:
		return fmt.Errorf("field %q is not known", field)
	}
	if err != nil {
		return fmt.Errorf("%s = %s: %w", field, value, err)
	}
	return nil
}

func finiteNumber(text string) (float64, error) {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(number, 0) || math.IsNaN(number) {
		return 0, fmt.Errorf("expected a number")
	}
	return number, nil
}

// maxIndex bounds what a file says of sizes: no data have as many rows.
const maxIndex = 1 << 30

func pixel(text string) (int, error) {
	number, err := strconv.Atoi(text)
	if err != nil || number < 0 || number > maxIndex {
		return 0, fmt.Errorf("expected a number of pixels")
	}
	return number, nil
}

// term is a part of a direction, such as -0.5x.
var term = regexp.MustCompile(`^([+-]?)(\d*\.?\d*(?:[eE][+-]?\d+)?)([xyz])`)

// direction is a sum of axes, such as "-0.001594x -y".
func direction(text string) (v r3.Vec, err error) {
	left := strings.Join(strings.Fields(text), "")
	said := map[string]bool{}
	for left != "" {
		part := term.FindStringSubmatch(left)
		if part == nil || said[part[3]] {
			return v, fmt.Errorf("expected a direction, such as -0.5x +2y")
		}
		size := 1.0
		if part[2] != "" {
			if size, err = finiteNumber(part[2]); err != nil {
				return v, err
			}
		}
		if part[1] == "-" {
			size = -size
		}
		said[part[3]] = true
		*map[string]*float64{"x": &v.X, "y": &v.Y, "z": &v.Z}[part[3]] = size
		left = left[len(part[0]):]
	}
	if len(said) == 0 {
		return v, fmt.Errorf("expected a direction")
	}
	return v, nil
}

// maxDims is the most dimensions that data may have: more than HDF5 has.
const maxDims = 32

func setDim(dims []string, index, value string) ([]string, error) {
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= maxDims {
		return nil, fmt.Errorf("expected a dimension of up to %d", maxDims-1)
	}
	if _, err := pixel(value); err != nil && value != "%" && value != "ss" && value != "fs" {
		return nil, fmt.Errorf("expected ss, fs, %% or an index")
	}
	for len(dims) <= i {
		dims = append(dims, "")
	}
	dims[i] = value
	return dims, nil
}

// check makes sure that all is said of a panel that must be.
func (p *Panel) check() error {
	count := func(of string) (n int) {
		for _, dim := range p.Dims {
			if dim == of {
				n++
			}
		}
		return n
	}
	switch {
	case slices.Contains(p.Dims, ""):
		return fmt.Errorf("dimension %d is not said", slices.Index(p.Dims, ""))
	case count("ss") != 1 || count("fs") != 1:
		return fmt.Errorf("dimensions %v, expected ss and fs once", p.Dims)
	case count("%") > 1:
		return fmt.Errorf("dimensions %v, expected at most one for frames", p.Dims)
	case p.MinFS < 0 || p.MinSS < 0 || p.MaxFS < p.MinFS || p.MaxSS < p.MinSS:
		return fmt.Errorf("part of the data (fs %d to %d, ss %d to %d) is not said, or empty", p.MinFS, p.MaxFS, p.MinSS, p.MaxSS)
	case math.IsNaN(p.X) || math.IsNaN(p.Y):
		return fmt.Errorf("corner_x or corner_y is not said")
	case !(p.Res > 0):
		return fmt.Errorf("res is not said, or not above 0")
	case parallel(p.FS, p.SS):
		return fmt.Errorf("fs and ss are parallel")
	}
	return nil
}

// parallel tells whether scans go along the same line, seen along the beam.
func parallel(fs, ss r3.Vec) bool { return float64(fs.X*ss.Y)-float64(fs.Y*ss.X) == 0 }

// newBad is a bad region that is being read.
type newBad BadRegion

// set takes what a line says of a bad region.
func (b *newBad) set(field, value string) (err error) {
	floats := map[string]*float64{"min_x": &b.MinX, "max_x": &b.MaxX, "min_y": &b.MinY, "max_y": &b.MaxY}
	ints := map[string]*int{"min_fs": &b.MinFS, "max_fs": &b.MaxFS, "min_ss": &b.MinSS, "max_ss": &b.MaxSS}
	inSpace := !math.IsNaN(b.MinX) || !math.IsNaN(b.MaxX) || !math.IsNaN(b.MinY) || !math.IsNaN(b.MaxY)
	switch {
	case field == "panel":
		b.Panel = value
	case floats[field] != nil && !b.InPanel:
		*floats[field], err = finiteNumber(value)
	case ints[field] != nil && !inSpace:
		b.InPanel = true
		*ints[field], err = pixel(value)
	case floats[field] != nil || ints[field] != nil:
		return fmt.Errorf("bad region %s is given both in space and in the data", b.Name)
	default:
		return fmt.Errorf("field %q of bad region %s is not known", field, b.Name)
	}
	if err != nil {
		return fmt.Errorf("%s/%s = %s: %w", b.Name, field, value, err)
	}
	return nil
}
