package extradata

import (
	"fmt"
	"os"

	"extrapasha/internal/trains"
	"extrapasha/run"
)

// FileInfo is a data file of a collection.
type FileInfo struct {
	// Path is absolute.
	Path string
	// Size is that of the file, in bytes.
	Size int64
	// TrainIDs are those of the selected trains that the file has, in its order.
	TrainIDs []uint64
}

// Files are the data files that have any of the selected trains of any of the selected
// sources, sorted by name. The error is that of a file that is not there any more.
func (c *DataCollection) Files() ([]FileInfo, error) {
	ids, _ := trains.Ordered(c.trainIDs)
	var list []FileInfo
	for _, file := range c.sourceFiles() {
		positions := trains.Positions{IDs: ids}
		here := FileInfo{Path: file.Path()}
		for _, id := range file.Trains(c.suspect) {
			if _, selected := positions.Find(id); selected {
				here.TrainIDs = append(here.TrainIDs, id)
			}
		}
		if here.TrainIDs == nil {
			continue
		}
		info, err := os.Stat(here.Path)
		if err != nil {
			return nil, fmt.Errorf("extradata: files: %w", err)
		}
		here.Size = info.Size()
		list = append(list, here)
	}
	return list, nil
}

// sourceFiles are the files that have any of the selected sources, sorted by name; all
// where there are no sources at all.
func (c *DataCollection) sourceFiles() []*run.File {
	if len(c.sources) == 0 {
		return c.files
	}
	var files []*run.File
	for _, s := range c.sources {
		files = append(files, s.files...)
	}
	return uniqueFiles(files)
}

// IsSingleRun tells whether the data is of one run, so that there is one answer to what
// is asked of a run. It is that of a union of parts with the same numbers of proposal and
// run.
func (c *DataCollection) IsSingleRun() bool { return c.oneRun }
