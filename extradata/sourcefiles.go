package extradata

import (
	"slices"

	"extrapasha/run"
)

// Files are the data files that have the source and any of its trains, at least one. The
// first is asked for what should be the same in all.
func (s *SourceData) Files() []*run.File {
	first := s.first()
	files := []*run.File{first}
	for _, file := range s.files {
		if file != first {
			files = append(files, file)
		}
	}
	return slices.Clip(files)
}

// Group is the path in the files of the group of the source, where section is its own, or
// "RUN" or "INDEX".
func (s *SourceData) Group(section run.Section) string {
	return string(section) + "/" + s.inFile
}
