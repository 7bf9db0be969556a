package detector

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/x448/float16"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// cxiDataset is a virtual dataset of a CXI file: a key of all modules.
type cxiDataset struct {
	path   string
	key    string
	first  *keydata.KeyData // of a module, nil where none has it
	entry  []int            // shape of what it has of a frame and module
	fill   []byte
	blocks []h5.Block
}

func (d *cxiDataset) shape(c *cxi) []int { return append([]int{len(c.ids), c.det.places}, d.entry...) }

// axes are the names of the dimensions.
func (d *cxiDataset) axes() string {
	axes := cxiFrames + ":" + cxiModules
	if len(d.entry) == 3 {
		axes += ":" + cxiGain
	}
	if len(d.entry) >= 2 {
		axes += ":y:x"
	}
	return axes
}

// keys makes the datasets, of which the first is the data.
func (c *cxi) keys() error {
	for _, name := range slices.Sorted(maps.Keys(c.fill)) {
		if !slices.Contains([]string{"data", "gain", "mask"}, name) {
			return fmt.Errorf("%w: a value to fill in for %q, expected data, gain or mask", keydata.ErrSelection, name)
		}
	}
	group, _, _ := strings.Cut(c.det.class.data, ".")
	cell := group + ".cellId"
	if c.det.class.cells {
		cell = group + ".memoryCell"
	}
	c.datasets = []*cxiDataset{
		{path: cxiDetector + "/data", key: c.det.class.data},
		{path: cxiDetector + "/gain", key: group + ".gain"},
		{path: cxiDetector + "/mask", key: c.det.class.mask},
		{path: cxiEntry + "/cellId", key: cell},
	}
	return nil
}

// addKey adds what a module has of a key to a dataset.
func (c *cxi) addKey(d *cxiDataset, module int) error {
	key, err := c.det.moduleKey(module, d.key)
	if unknown := (*extradata.KeyNameError)(nil); errors.As(err, &unknown) {
		return nil
	}
	if err != nil {
		return err
	}
	if d.first == nil {
		if d.first, d.entry = key, key.EntryShape(); path.Dir(d.path) == cxiEntry {
			d.entry = nil // one number for each frame
		} else if c.det.class.cells && len(d.entry) > 0 {
			d.entry = d.entry[1:]
		}
	}
	if !slices.Equal(key.EntryShape(), d.first.EntryShape()) || sizeOf(key.EntryShape()) != c.cells*sizeOf(d.entry) {
		return fmt.Errorf("%w: %s has entries of shape %v beside %v of %s, %d frames each", psh.ErrShape, key, key.EntryShape(), d.first.EntryShape(), d.first, c.cells)
	}
	return c.addModule(d, c.det.modules[module].Place, key)
}

func sizeOf(shape []int) int {
	size := 1
	for _, length := range shape {
		size *= length
	}
	return size
}

// addModule adds the blocks that a module has of a key.
func (c *cxi) addModule(d *cxiDataset, place int, key *keydata.KeyData) error {
	rows, err := key.Rows()
	if err != nil {
		return err
	}
	position, blocks := positionsOf(c.det.TrainIDs()), []h5.Block{}
	filled := map[uint64]int{} // frames of a train, of which a file may have several runs
	for _, part := range rows {
		start := c.starts[position(part.TrainID)] + filled[part.TrainID]
		frames := part.Count * c.cells
		filled[part.TrainID] += frames
		if n := len(blocks); n > 0 && follows(blocks[n-1], part, start) {
			blocks[n-1].Here.Count[0] += frames
			blocks[n-1].There.Count[0] += part.Count
			continue
		}
		here, there := h5.Whole(d.shape(c)), h5.Whole(append([]int{part.Count}, key.EntryShape()...))
		here.Start[0], here.Count[0], here.Start[1], here.Count[1] = start, frames, place, 1
		there.Start[0] = part.First
		blocks = append(blocks, h5.Block{File: part.File.Path(), Dataset: key.Dataset(), Here: here, There: there})
	}
	d.blocks = append(d.blocks, blocks...)
	return nil
}

// follows tells whether rows of a file lie behind a block, there and among the frames.
func follows(b h5.Block, rows keydata.Rows, start int) bool {
	return rows.File.Path() == b.File && rows.First == b.There.Start[0]+b.There.Count[0] && start == b.Here.Start[0]+b.Here.Count[0]
}

// filling finds what fills in for what is missing in a dataset, one element. If nobody
// says it is NaN for floats and 0 for integers, and all bits that a mask has.
func (c *cxi) filling(d *cxiDataset) (err error) {
	if d.first != nil {
		d.fill, err = filling(path.Base(d.path), d.first, c.fill)
	}
	return err
}

func filling(name string, key *keydata.KeyData, fill map[string]float64) ([]byte, error) {
	of := key.DType().Go()
	if of == nil || of.Kind() < reflect.Int || of.Kind() > reflect.Float64 {
		return nil, fmt.Errorf("%s is of %v: %w: expected numbers", key, key.DType(), keydata.ErrSelection)
	}
	element, isFloat := reflect.New(of).Elem(), of.Kind() >= reflect.Float32 || key.DType() == keydata.Float16
	value, given := fill[name]
	switch {
	case given:
	case name == "mask" && !isFloat:
		bits := bytes.Repeat([]byte{0xff}, min(int(of.Size()), 4)) // 0xffffffff, or what fits
		return append(bits, make([]byte, int(of.Size())-len(bits))...), nil
	case name == "mask":
		value = math.MaxUint32
	case name == "data" && isFloat:
		value = math.NaN()
	}
	fits := true
	switch {
	case key.DType() == keydata.Float16:
		element.Set(reflect.ValueOf(float16.Fromfloat32(float32(value))))
	case isFloat:
		element.SetFloat(value)
	case element.CanInt():
		element.SetInt(int64(value))
		fits = float64(element.Int()) == value
	default:
		element.SetUint(uint64(max(value, 0)))
		fits = float64(element.Uint()) == value
	}
	if !fits {
		return nil, fmt.Errorf("%w: %v to fill in for %s, which is of %v", keydata.ErrSelection, value, name, key.DType())
	}
	return binary.Append(nil, binary.NativeEndian, element.Interface())
}
