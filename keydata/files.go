package keydata

import (
	"slices"

	"extrapasha/run"
)

// FilePaths are the paths of the files that have any of the trains, sorted, also where
// they have no entries of this key.
func (k *KeyData) FilePaths() []string {
	var paths []string
	ids, _ := run.Ordered(k.trainIDs)
	for _, file := range k.place.Files {
		if file.HasAny(ids, k.place.Suspect) {
			paths = append(paths, file.Path())
		}
	}
	slices.Sort(paths)
	return paths
}

// InFiles tells for each of TrainIDs whether a file that has the source has the train,
// with or without entries. EXtra-data's labelled counts and bounds are those of these
// trains.
func (k *KeyData) InFiles() []bool { return run.InFiles(k.place.Files, k.trainIDs, k.place.Suspect) }
