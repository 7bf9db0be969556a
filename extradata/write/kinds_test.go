package write_test

import (
	"extrapasha/extradata"
	"extrapasha/extradata/write"
	"extrapasha/internal/mockrun"
)

// runKinds are the ways to make a file of a run that is open.
var runKinds = map[string]func(path string, run *extradata.DataCollection) error{
	"Write":        func(path string, run *extradata.DataCollection) error { return write.Write(path, run) },
	"WriteVirtual": func(path string, run *extradata.DataCollection) error { return write.WriteVirtual(path, run) },
	"WriteFrames":  writeFrames,
	"VirtualDataset": func(path string, run *extradata.DataCollection) error {
		_, err := write.VirtualDataset(path, run, mockrun.Motor(1), "actualPosition")
		return err
	},
}

// kinds are all ways to write, of the run in a directory. CopyStructure makes a directory,
// all others a file.
var kinds = map[string]func(path, dir string) error{
	"Overview": func(path, dir string) error {
		_, err := write.Overview(path, dir)
		return err
	},
	"CopyStructure": func(path, dir string) error {
		return write.CopyStructure(dir, path, write.Data{Run: true, Control: true})
	},
}

func init() {
	for name, write := range runKinds {
		kinds[name] = ofRun(write)
	}
}

// ofRun is a way that opens the run of a directory.
func ofRun(write func(path string, run *extradata.DataCollection) error) func(path, dir string) error {
	return func(path, dir string) error {
		run, err := extradata.RunDirectory(dir)
		if err != nil {
			return err
		}
		defer run.Close()
		return write(path, run)
	}
}

// writeFrames writes the first frame of a module in each train.
func writeFrames(path string, run *extradata.DataCollection) error {
	key, err := run.Key(mockrun.Module(0), "image.data")
	if err != nil {
		return err
	}
	ids, err := key.PulseIDs()
	if err != nil {
		return err
	}
	var frames []write.Frame
	next := 0
	for train, count := range key.Runs() {
		if count > 0 {
			frames = append(frames, write.Frame{TrainID: train, PulseID: ids[next]})
		}
		next += count
	}
	return write.WriteFrames(path, run, frames)
}

// wholeFile reads all of a file.
func wholeFile(path string) error {
	file, err := extradata.H5File(path)
	if err != nil {
		return err
	}
	defer file.Close()
	for source, names := range file.SelectedKeys() {
		for _, name := range names {
			key, err := file.Key(source, name)
			if err != nil {
				return err
			}
			if _, err := key.ReadAny(); err != nil {
				return err
			}
		}
	}
	return nil
}
