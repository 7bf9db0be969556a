package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"extrapasha/extradata/write"
	"extrapasha/internal/h5"
)

// answerCopyStructure is what is in each file of a clone.
func answerCopyStructure(q question) (any, error) {
	from := filepath.Join(q.of.corpus.runs, q.of.Open.Path)
	if q.optional("into") == "itself" {
		return nil, write.CopyStructure(from, from, write.Data{})
	}
	to, err := os.MkdirTemp(q.of.corpus.runs, "clone")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(to)
	if err := write.CopyStructure(from, to, write.Data{Run: q.flag("run_data"), Control: q.flag("control_data")}); err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(to, "*"))
	files := map[string]any{}
	for _, path := range paths {
		if files[filepath.Base(path)], err = structureOf(path); err != nil {
			return nil, err
		}
	}
	return files, err
}

// structure is what is in a file, by path.
type structure struct {
	file     *h5.File
	datasets map[string]string
	soft     map[string]string
	external map[string][]string
	attrs    map[string]any
	names    map[uint64][]string
}

func structureOf(path string) (any, error) {
	file, err := h5.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	s := structure{file, map[string]string{}, map[string]string{}, map[string][]string{}, map[string]any{}, map[uint64][]string{}}
	if err := s.group("/"); err != nil {
		return nil, err
	}
	hard := [][]string{}
	for _, names := range s.names {
		if len(names) > 1 {
			hard = append(hard, names)
		}
	}
	slices.SortFunc(hard, slices.Compare)
	return map[string]any{"datasets": s.datasets, "soft": s.soft, "external": s.external, "attrs": s.attrs, "hard": hard}, nil
}

func (s structure) group(group string) error {
	links, err := s.file.Links(group)
	if err != nil {
		return err
	}
	for _, link := range links {
		path := strings.Trim(group+"/"+link.Name, "/")
		switch {
		case link.File != "":
			s.external[path] = []string{link.File, link.Target}
		case link.Target != "":
			s.soft[path] = link.Target
		default:
			s.names[link.Object] = append(s.names[link.Object], path)
			if len(s.names[link.Object]) == 1 {
				err = s.object(path)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s structure) object(path string) error {
	attributes, err := s.file.Attributes(path)
	if err != nil {
		return err
	}
	if len(attributes) > 0 {
		s.attrs[path] = attributes
	}
	kind, err := s.file.Kind(path)
	if err != nil || kind == h5.Group {
		return errorOr(err, func() error { return s.group(path) })
	}
	line, err := datasetLine(s.file, path)
	if err != nil {
		return err
	}
	d, err := s.file.Once(path)
	if err != nil {
		return err
	}
	s.datasets[path] = line + " max " + limits(d.Most())
	return nil
}

func errorOr(err error, do func() error) error {
	if err != nil {
		return err
	}
	return do()
}

// limits is the largest shape, * without limit.
func limits(most []int) string {
	texts := make([]string, len(most))
	for axis, length := range most {
		if texts[axis] = fmt.Sprint(length); length < 0 {
			texts[axis] = "*"
		}
	}
	return strings.Join(texts, "x")
}
