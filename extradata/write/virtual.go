package write

import (
	"slices"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
	"extrapasha/run"
)

// copiedKeys are those that files of virtual datasets have themselves.
var copiedKeys = []string{"image.pulseId", "image.cellId"}

// linked is the manner of virtual datasets.
var linked = manner{key: (*file).link, source: (*file).linkSource, auxiliary: telling}

// link writes a key as a virtual dataset.
func (f *file) link(k key) {
	if slices.Contains(copiedKeys, k.Key()) {
		f.copy(k)
		return
	}
	rows := make([]h5.Rows, len(k.rows))
	for i, part := range k.rows {
		rows[i] = h5.Rows{Path: part.File.Path(), First: part.First, Count: part.Count}
	}
	f.later(func() error {
		return k.like(func(file *run.File, like *h5.Dataset) error {
			if err := f.VirtualLike(k.path, like, rows); err != nil {
				return err
			}
			return f.dress(k, file)
		})
	})
}

// linkSource notes the files of a source, and leads to its values of the run.
func (f *file) linkSource(s *extradata.SourceData) error {
	files := s.Files()
	paths := make([]string, len(files))
	for i, file := range files {
		paths[i] = file.Path()
	}
	if s.IsControl() {
		if err := f.ExternalLink("RUN/"+s.Name(), paths[0], s.Group("RUN")); err != nil {
			return err
		}
	}
	slices.Sort(paths)
	group := string(s.Section()) + "/" + s.Name()
	if err := f.Ensure(group); err != nil {
		return err
	}
	return f.SetTexts(group, "source_files", paths)
}
