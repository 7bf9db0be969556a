package detector

import (
	"fmt"
	"strconv"

	"extrapasha/extradata"
	"extrapasha/extradata/internal/steps"
	"extrapasha/extradata/internal/target"
	"extrapasha/internal/h5"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// ErrSource is wrapped where a file is to be written that the data comes from.
var ErrSource = target.ErrSource

// WriteCXI writes a small CXI file, version 1.5, that presents all frames of an AGIPD,
// DSSC, LPD or JUNGFRAU by virtual datasets, as CrystFEL and EXtra-data have it: the data
// stays in the files of the run, which have to stay where they are. With frames and places
// of modules as the first two dimensions there are, below entry_1/instrument_1/detector_1,
// data, and gain and mask where any module has them, in entry_1 the cellId, and for each
// frame trainId, pulseId (memoryCell for JUNGFRAU) and experiment_identifier,
// "train:pulse". The file tells of what data it is made, see
// [extradata.DataCollection.Origin].
//
// What modules do not have is filled in: fill has a value for "data" (else NaN for floats,
// 0 for integers), "gain" (0) or "mask" (all bits), whether the detector has that or not.
//
// The error wraps [ErrUneven] where modules have different pulses, [keydata.ErrSelection]
// where a value to fill in is none of the type of the data, or the detector none of those,
// and [ErrSource] where the file is one of the run. The file is there when it is whole, and
// replaces one of that name. Of the options [psh.Until] and [psh.Progress] are of use: all
// is done in order, by one worker.
//
// The format is that of https://www.cxidb.org/cxi.html.
func (d *Detector) WriteCXI(path string, fill map[string]float64, options ...psh.MapOption) error {
	if err := target.Check(path, d.run); err != nil {
		return fmt.Errorf("detector: %w", err)
	}
	c, err := d.newCXI(fill)
	if err != nil {
		return fmt.Errorf("detector: cannot write %s: %w", path, err)
	}
	w, err := h5.Create(path)
	if err != nil {
		return fmt.Errorf("detector: %w", err)
	}
	defer w.Discard()
	if err := steps.Do(append(c.steps(), cxiFile{w, c}.steps()...), options...); err != nil {
		return fmt.Errorf("detector: cannot write %s: %w", path, err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("detector: %w", err)
	}
	return nil
}

// Where things are in a CXI file.
const (
	cxiVersion  = 150
	cxiEntry    = "entry_1"
	cxiDetector = cxiEntry + "/instrument_1/detector_1"
	cxiFrames   = "experiment_identifier"
	cxiModules  = "module_identifier"
	cxiGain     = "data_gain"
)

// cxiFile is a CXI file being written.
type cxiFile struct {
	*h5.Writer
	*cxi
}

func (f cxiFile) steps() []func() error {
	steps := []func() error{f.frames, f.modules}
	for _, d := range f.datasets {
		steps = append(steps, func() error { return f.dataset(d) })
	}
	return append(steps, f.links, f.names)
}

// frames writes what tells frames apart.
func (f cxiFile) frames() error {
	names := make([]string, len(f.ids))
	for i, id := range f.ids {
		names[i] = strconv.FormatUint(f.trainIDs[i], 10) + ":" + strconv.FormatUint(id, 10)
	}
	if err := put(f, "cxi_version", []int64{cxiVersion}); err != nil {
		return err
	}
	if err := f.texts(cxiEntry+"/"+cxiFrames, names); err != nil {
		return err
	}
	if err := put(f, cxiEntry+"/"+f.idName, f.ids); err != nil {
		return err
	}
	return put(f, cxiEntry+"/trainId", f.trainIDs)
}

func (f cxiFile) modules() error {
	numbers := make([]int64, f.det.places)
	for place := range numbers {
		numbers[place] = int64(place + f.det.base)
	}
	return put(f, cxiDetector+"/"+cxiModules, numbers)
}

// dataset writes a key, where any module has it.
func (f cxiFile) dataset(d *cxiDataset) error {
	if d.first == nil {
		return nil
	}
	if err := f.VirtualOf(d.path, d.first.DType(), d.shape(f.cxi), d.fill, d.blocks); err != nil {
		return err
	}
	return f.SetAttribute(d.path, "axes", d.axes())
}

// links writes what leads to the datasets from where they are looked for, and the names of
// images and gains where raw data have both.
func (f cxiFile) links() error {
	if stacked := f.datasets[0].entry; len(stacked) == 3 {
		names := []string{"data", "gain"}
		if stacked[0] != len(names) {
			names = names[:1]
		}
		if err := f.texts(cxiEntry+"/"+cxiGain, names); err != nil {
			return err
		}
		if err := f.SoftLink(cxiDetector+"/"+cxiGain, "/"+cxiEntry+"/"+cxiGain); err != nil {
			return err
		}
	}
	if err := f.SoftLink(cxiDetector+"/"+cxiFrames, "/"+cxiEntry+"/"+cxiFrames); err != nil {
		return err
	}
	return f.SoftLink(cxiEntry+"/data_1", "/"+cxiDetector)
}

// names tells of the run, if it is one, of the detector, and of the files behind it.
func (f cxiFile) names() error {
	metadata, err := f.det.run.RunMetadata()
	proposal, run := numberOf(metadata["proposalNumber"]), numberOf(metadata["runNumber"])
	if err == nil && proposal > 0 && run > 0 {
		if err := f.SetNumber(cxiEntry, "euxfelProposalNumber", proposal); err != nil {
			return err
		}
		if err := f.SetNumber(cxiEntry, "euxfelRunNumber", run); err != nil {
			return err
		}
		if err := f.SetAttribute(cxiEntry, "name", fmt.Sprintf("EuXFEL proposal %d run %d", proposal, run)); err != nil {
			return err
		}
	}
	if err := f.SetAttribute(cxiDetector, "name", f.det.name); err != nil {
		return err
	}
	origin, err := f.det.run.Origin()
	if err != nil {
		return err
	}
	return f.SetAttribute("/", extradata.OriginName, origin.Text())
}

// numberOf is a number of the metadata, 0 where it is none.
func numberOf(value any) (n int64) {
	_, _ = fmt.Sscan(fmt.Sprint(value), &n)
	return n
}

func put[T any](f cxiFile, path string, data []T) error {
	return h5.Put(f.Writer, path, []int{len(data)}, data, h5.Layout{})
}

func (f cxiFile) texts(path string, texts []string) error {
	return h5.PutStrings(f.Writer, path, []int{len(texts)}, texts, h5.Layout{})
}

// cxi is what a CXI file presents.
type cxi struct {
	det      *Detector
	trainIDs []uint64 // of each frame
	ids      []uint64 // of each frame: its pulse, or its memory cell
	idName   string
	starts   []int // first frame of each train
	cells    int   // frames of an entry
	datasets []*cxiDataset
	fill     map[string]float64
}

func (d *Detector) newCXI(fill map[string]float64) (*cxi, error) {
	if !d.class.byPulse && !d.class.cells {
		return nil, fmt.Errorf("%w: frames of %s have no pulse IDs", keydata.ErrSelection, d.Class())
	}
	if d.parallel { // a file has the IDs as they are recorded
		whole := d.state
		whole.parallel = false
		d = (&Detector{state: whole}).with(d.run)
	}
	c := &cxi{det: d, fill: fill}
	return c, c.keys()
}

// steps find the frames, and where the data of each module is.
func (c *cxi) steps() []func() error {
	steps := []func() error{c.count}
	for _, d := range c.datasets {
		for i := range c.det.modules {
			steps = append(steps, func() error { return c.addKey(d, i) })
		}
		steps = append(steps, func() error { return c.filling(d) })
	}
	return steps
}

// count finds the frames.
func (c *cxi) count() (err error) {
	if c.cells, err = c.det.framesPerEntry(); err != nil {
		return err
	}
	by := ByPulse
	if c.idName = "pulseId"; c.det.class.cells {
		by, c.idName = ByCell, "memoryCell"
	}
	entries, err := c.det.Entries()
	if err != nil {
		return err
	}
	lists, err := c.det.positionalLists(by)
	if err != nil {
		return err
	}
	for train, count := range entries {
		c.starts = append(c.starts, len(c.ids))
		for frame := range count * c.cells {
			id := lists[train].pulses[frame]
			if by == ByCell {
				id = uint64(lists[train].cells[frame])
			}
			c.ids = append(c.ids, id)
			c.trainIDs = append(c.trainIDs, c.det.TrainIDs()[train])
		}
	}
	return nil
}
