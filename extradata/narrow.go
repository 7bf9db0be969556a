package extradata

import (
	"slices"

	"extrapasha/internal/trains"
	"extrapasha/run"
)

// narrowed is the source in the files that have any of some trains. Where none has it
// stays in the first: what its keys are is asked there.
//
// A union of parts thus has the trains of a source that are in files of a part, as in
// EXtra-data, and not those that another part of the run has for other sources.
func (s *source) narrowed(trainIDs []uint64, suspect bool) *source {
	ids, _ := trains.Ordered(trainIDs)
	without := func(file *run.File) bool { return !file.HasAny(ids, suspect) }
	if !slices.ContainsFunc(s.files, without) {
		return s
	}
	out := *s
	out.files = slices.DeleteFunc(slices.Clone(s.files), without)
	if len(out.files) == 0 {
		out.files = []*run.File{s.first()}
	}
	return &out
}
