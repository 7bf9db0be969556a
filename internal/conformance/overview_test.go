package conformance

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"extrapasha/extradata"
	"extrapasha/extradata/write"
	"extrapasha/internal/h5"
	"extrapasha/internal/mockrun"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// withOverview calls do with a copy of the run's directory that has an overview file.
func (q question) withOverview(version int64, do func(dir string) (any, error)) (any, error) {
	dir, err := os.MkdirTemp(q.of.corpus.runs, "overview")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(q.of.corpus.runs, q.of.Open.Path))); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "overview.h5")
	if version == run.OverviewVersion {
		_, err = write.Overview("", dir)
	} else {
		err = mockrun.WriteOverview(path, dir, version)
	}
	if err != nil {
		return nil, err
	}
	return do(dir)
}

// answerOverviewRead is what the run answers when its overview file is opened.
func answerOverviewRead(q question) (any, error) {
	return q.withOverview(1, func(dir string) (any, error) {
		run, err := extradata.RunDirectory(dir)
		if err != nil {
			return nil, err
		}
		defer run.Close()
		keys := map[string]any{}
		for _, source := range run.AllSources() {
			names, err := run.Keys(source)
			if err != nil {
				return nil, err
			}
			for _, name := range names {
				if keys[source+" "+name], err = overviewKey(run, source, name); err != nil {
					return nil, err
				}
			}
		}
		metadata, err1 := run.RunMetadata()
		delete(metadata, "sequenceNumber")
		times, err2 := eachTime(run, func(stamp time.Time) any { return stamp.UnixNano() })
		return fields{"keys": keys, "metadata": metadata, "timestamps": times}, errors.Join(err1, err2)
	})
}

// answerOverview is what an overview file holds.
func answerOverview(q question) (any, error) {
	return q.withOverview(run.OverviewVersion, func(dir string) (any, error) {
		path := filepath.Join(dir, "overview.h5")
		answer, err := writtenAnswer(path, func(dataset string) bool {
			return !strings.HasPrefix(dataset, "METADATA/dataSources/") && !strings.HasPrefix(dataset, run.SourceFiles)
		})
		if err != nil {
			return nil, err
		}
		file, err := run.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		err = file.Use(func(h *h5.File) error {
			attributes, err := h.Attributes("/")
			answer["version"] = attributes[run.OverviewVersionName]
			if err != nil {
				return err
			}
			answer["files"], err = filesOf(h)
			return err
		})
		return answer, err
	})
}

// filesOf are the names and sizes of files that an overview file notes.
func filesOf(file *h5.File) (list [][]any, err error) {
	names, err := file.Once(run.SourceFiles + "/names")
	if err != nil {
		return nil, err
	}
	sizes, err := file.Once(run.SourceFiles + "/sizes")
	if err != nil {
		return nil, err
	}
	texts, err1 := h5.ReadAll[string](names)
	numbers, err2 := h5.ReadAll[uint64](sizes)
	for i, name := range texts {
		list = append(list, []any{name, numbers[i]})
	}
	return list, errors.Join(err1, err2)
}

func overviewKey(run *extradata.DataCollection, source, name string) (any, error) {
	key, err := run.Key(source, name)
	if err != nil {
		return nil, err
	}
	data, err := key.ReadAny()
	if err != nil {
		return nil, err
	}
	units, err := key.Units()
	if err != nil {
		return nil, err
	}
	first, err := key.SelectTrains(extradata.ByIndex(psh.Span(0, 3)))
	if err != nil {
		return nil, err
	}
	return []any{digestOf(data).line(), emptyIsNull(units), fileNames(key), fileNames(first)}, nil
}

// answerOverviewCheck is whether the overview file is opened after something changed.
func answerOverviewCheck(q question) (any, error) {
	change, version := q.text("change"), int64(1)
	if change == "newer" {
		version = 2
	}
	return q.withOverview(version, func(dir string) (any, error) {
		paths, err := run.DataFiles(dir)
		if err != nil {
			return nil, err
		}
		switch change {
		case "none", "newer":
		case "extra":
			err = copyFile(filepath.Join(dir, "RAW-R0999-DA09-S00000.h5"), paths[0])
		case "grown":
			err = os.Truncate(paths[0], sizeOf(paths[0])+1)
		case "removed":
			err = os.Remove(paths[0])
		case "other":
			err = os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("notes"), 0o666)
		default:
			panic(bad("change %q is not known here", change))
		}
		if err != nil {
			return nil, err
		}
		files, err := run.OpenDirectory(dir, run.Choice{})
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			defer file.Close()
		}
		return len(files) == 1 && files[0].IsOverview(), nil
	})
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		panic(bad("%v", err))
	}
	return info.Size()
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// dataRoot is for one question at a time.
var dataRoot sync.Mutex

// answerOverviewPaths makes a run directory below the data root, with usr of its
// proposal or without, and asks where its overview file may be.
func answerOverviewPaths(q question) (any, error) {
	dataRoot.Lock()
	defer dataRoot.Unlock()
	root := run.Root()
	dir := filepath.Join(root, q.text("dir"))
	if exists(dir) {
		panic(bad("%s is there already", dir))
	}
	usr := filepath.Join(root, "XMPL/202102/p700000/usr")
	defer os.RemoveAll(dir)
	defer os.RemoveAll(usr)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	if q.flag("usr") {
		if err := os.MkdirAll(usr, 0o777); err != nil {
			return nil, err
		}
	}
	var paths []string
	for _, path := range run.OverviewPaths(dir) {
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return nil, err
		}
		paths = append(paths, relative)
	}
	return paths, nil
}
