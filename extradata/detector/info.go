package detector

import (
	"fmt"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// ModuleInfo sums up one module of a detector that stores pulse by pulse.
type ModuleInfo struct {
	// Dims is the shape of an image, slow and fast scan.
	Dims []int
	// FramesPerTrain is how many frames a train has at the most.
	FramesPerTrain int
	// TotalFrames is how many the run would have if every train had these.
	TotalFrames int
}

// Info sums up the module that a source of a run is, by its key image.data.
func Info(run *extradata.DataCollection, source string) (ModuleInfo, error) {
	images, err := run.Key(source, "image.data")
	if err != nil {
		return ModuleInfo{}, fmt.Errorf("detector: %w", err)
	}
	shape := images.EntryShape()
	if len(shape) < 2 {
		return ModuleInfo{}, fmt.Errorf("detector: %s: %w: expected images", images, psh.ErrShape)
	}
	info := ModuleInfo{Dims: shape[len(shape)-2:]}
	for _, count := range images.DataCounts() {
		info.FramesPerTrain = max(info.FramesPerTrain, count)
	}
	info.TotalFrames = info.FramesPerTrain * len(run.TrainIDs())
	return info, nil
}

// CellIDs are the memory cells of an entry of JUNGFRAU data, as the modules have them in
// the first of the trains. The error wraps [ErrUneven] where they differ.
func (d *Detector) CellIDs() ([]int, error) {
	if !d.class.cells {
		return nil, fmt.Errorf("detector: %s: %w: its entries are not memory cells", d.name, keydata.ErrSelection)
	}
	var cells []uint64
	first := 0
	for i, module := range d.modules {
		key, err := d.moduleKey(i, "data.memoryCell")
		if err != nil {
			return nil, err
		}
		if key, err = key.SelectTrains(keydata.ByIndex(psh.At(0))); err != nil {
			return nil, fmt.Errorf("detector: %w", err)
		}
		own, err := readNumbers(key)
		switch {
		case err != nil:
			return nil, fmt.Errorf("detector: %w", err)
		case len(own) == 0:
		case cells == nil:
			cells, first = own, i
		case fmt.Sprint(cells) != fmt.Sprint(own):
			return nil, fmt.Errorf("detector: memory cells: %w: %s has %v, %s %v", ErrUneven, d.modules[first].Source, cells, module.Source, own)
		}
	}
	ids := make([]int, len(cells))
	for i, cell := range cells {
		ids[i] = int(cell)
	}
	return ids, nil
}

// RequireAll is the detector with the trains for which all modules have all data.
func (d *Detector) RequireAll() (*Detector, error) {
	run, err := d.run.RequireAll()
	if err != nil {
		return nil, fmt.Errorf("detector: %w", err)
	}
	return d.with(run), nil
}
