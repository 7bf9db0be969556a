package conformance

import (
	"errors"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"extrapasha/extradata"
	"extrapasha/extradata/write"
	"extrapasha/internal/h5"
)

func init() {
	operations["write"] = operation{"globs trains", answerWrite}
	operations["write_virtual"] = operation{"globs trains", answerWriteVirtual}
	operations["voview"] = operation{"", answerOverview}
	operations["copy_structure"] = operation{"run_data control_data into", answerCopyStructure}
	operations["virtual_dataset"] = operation{"source key", answerVirtualDataset}
}

// written opens what is written to a file.
func (q question) written(write func(path string) error, judge func(path string) (any, error)) (any, error) {
	dir, err := os.MkdirTemp(q.of.corpus.runs, "written")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "written.h5")
	if err := write(path); err != nil {
		return nil, err
	}
	return judge(path)
}

func answerWrite(q question) (any, error) {
	run, err := part(q.run, q.arguments)
	if err != nil {
		return nil, err
	}
	return q.written(func(path string) error { return write.Write(path, run) }, func(path string) (any, error) {
		// The reference writes nothing of RUN.
		return writtenAnswer(path, func(dataset string) bool { return !strings.HasPrefix(dataset, "RUN/") })
	})
}

func answerWriteVirtual(q question) (any, error) {
	run, err := part(q.run, q.arguments)
	if err != nil {
		return nil, err
	}
	return q.written(func(path string) error { return write.WriteVirtual(path, run) }, func(path string) (any, error) {
		return writtenAnswer(path, func(string) bool { return true })
	})
}

// writtenAnswer is what is in a file of the facility's format.
func writtenAnswer(path string, counts func(dataset string) bool) (fields, error) {
	run, err := extradata.H5File(path)
	if err != nil {
		return nil, err
	}
	defer run.Close()
	metadata, err := run.RunMetadata()
	if err != nil {
		return nil, err
	}
	delete(metadata, "sequenceNumber")
	datasets, sources, err := contentOf(path, run.ControlSources(), counts)
	if err != nil {
		return nil, err
	}
	delete(datasets, "METADATA/sequenceNumber")
	if err := withoutAuxiliary(run, datasets, sources); err != nil {
		return nil, err
	}
	return fields{"collection": collectionAnswer(run), "metadata": metadata, "datasets": datasets, "source_files": sources}, nil
}

// withoutAuxiliary leaves out what is of REDUCTION and ERRATA, of which the reference
// writes nothing.
func withoutAuxiliary(run *extradata.DataCollection, datasets map[string]string, sources map[string][]string) error {
	reduction, err1 := run.ReductionSources()
	errata, err2 := run.ErrataSources()
	for _, name := range slices.Concat(reduction, errata) {
		maps.DeleteFunc(datasets, func(path, _ string) bool { return strings.HasPrefix(path, "INDEX/"+name+"/") })
	}
	of := regexp.MustCompile("^(REDUCTION|ERRATA|METADATA/auxiliarySources)/")
	maps.DeleteFunc(datasets, func(path, _ string) bool { return of.MatchString(path) })
	maps.DeleteFunc(sources, func(path string, _ []string) bool { return of.MatchString(path) })
	return errors.Join(err1, err2)
}

// contentOf are the datasets of a file by path, also those of RUN that lie in others,
// and the source files by group.
func contentOf(path string, control []string, counts func(dataset string) bool) (datasets map[string]string, sources map[string][]string, err error) {
	file, err := h5.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	names, err := datasetsOf(file, control)
	datasets, sources = map[string]string{}, map[string][]string{}
	for _, source := range control {
		if err := addSources(sources, file, "CONTROL/"+source+"/*"); err != nil {
			return nil, nil, err
		}
	}
	for _, name := range names {
		if !counts(name) {
			continue
		}
		line, err := datasetLine(file, name)
		if err != nil {
			return nil, nil, err
		}
		datasets[name] = line
		if err := addSources(sources, file, name); err != nil {
			return nil, nil, err
		}
	}
	return datasets, sources, err
}

func datasetsOf(file *h5.File, control []string) ([]string, error) {
	names, err := file.Datasets("/")
	if err != nil {
		return nil, err
	}
	for _, source := range control {
		below, err := file.Datasets("RUN/" + source)
		if err != nil && !errors.Is(err, h5.ErrNoObject) {
			return nil, err
		}
		for _, name := range below {
			names = append(names, "RUN/"+source+"/"+name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// addSources adds the source files of the groups that a dataset is in.
func addSources(sources map[string][]string, file *h5.File, dataset string) error {
	for group := path.Dir(dataset); group != "."; group = path.Dir(group) {
		attributes, err := file.Attributes(group)
		if err != nil {
			return err
		}
		paths, ok := attributes["source_files"].([]string)
		if !ok {
			continue
		}
		names := make([]string, len(paths))
		for i, path := range paths {
			names[i] = filepath.Base(path)
		}
		sources[group] = names
	}
	return nil
}

// datasetLine is the array line of a dataset.
func datasetLine(file *h5.File, name string) (string, error) {
	d, err := file.Once(name)
	if err != nil {
		return "", err
	}
	data, err := h5.ReadAny(d, h5.Whole(d.Shape()))
	if err != nil {
		return "", err
	}
	line := digest(data, d.Shape()).line()
	if d.IsVirtual() {
		line += " virtual"
	}
	return line, nil
}

func answerVirtualDataset(q question) (any, error) {
	var dataset string
	return q.written(func(path string) (err error) {
		dataset, err = write.VirtualDataset(path, q.run, q.text("source"), q.text("key"))
		return err
	}, func(path string) (any, error) {
		file, err := h5.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		d, err := file.Once(dataset)
		if err != nil {
			return nil, err
		}
		data, err := h5.ReadAny(d, h5.Whole(d.Shape()))
		if err != nil {
			return nil, err
		}
		index, err := indexOf(file)
		a := digest(data, d.Shape())
		return fields{"dtype": a.DType, "shape": a.Shape, "sha": a.SHA, "path": dataset, "virtual": d.IsVirtual(), "index": index}, err
	})
}

// indexOf are the numbers of INDEX, but for those that tell of trains.
func indexOf(file *h5.File) (map[string]any, error) {
	names, err := file.Datasets("INDEX")
	index := map[string]any{}
	for _, name := range names {
		if name == "timestamp" || name == "flag" {
			continue
		}
		d, err := file.Once("INDEX/" + name)
		if err != nil {
			return nil, err
		}
		if index["INDEX/"+name], err = h5.ReadAny(d, h5.Whole(d.Shape())); err != nil {
			return nil, err
		}
	}
	return index, err
}
