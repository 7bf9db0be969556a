package keydata

import (
	"slices"

	"extrapasha/internal/trains"
	"extrapasha/run"
)

// FilePaths are the paths of the files that have any of the trains, sorted, also where
// they have no entries of this key. Of an overview file they are those that it has the
// entries from, or where there are none the first that has the source; itself where it
// does not tell.
func (k *KeyData) FilePaths() []string {
	var paths []string
	ids, _ := trains.Ordered(k.trainIDs)
	for i, file := range k.place.Files {
		switch {
		case !file.HasAny(ids, k.place.Suspect):
		case file.IsOverview():
			paths = append(paths, k.behind(i)...)
		default:
			paths = append(paths, file.Path())
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// behind are the paths of the files that an overview file has the entries from.
func (k *KeyData) behind(number int) (paths []string) {
	file := k.place.Files[number]
	parts, err := file.Parts(k.place.Section, k.place.InFile, k.place.Key)
	if err != nil {
		return []string{file.Path()}
	}
	for _, part := range parts {
		here := func(s span) bool { return s.file == number && s.first < part.End && part.First < s.first+s.count }
		if slices.ContainsFunc(k.spans, here) {
			paths = append(paths, part.Path)
		}
	}
	if len(paths) > 0 {
		return paths
	}
	if paths, err = file.SourcePaths(k.place.Section, k.place.InFile); err != nil || len(paths) == 0 {
		return []string{file.Path()}
	}
	return paths[:1]
}

// InFiles tells for each of TrainIDs whether a file that has the source has the train,
// with or without entries. EXtra-data's labelled counts and bounds are those of these
// trains.
func (k *KeyData) InFiles() []bool { return run.InFiles(k.place.Files, k.trainIDs, k.place.Suspect) }
