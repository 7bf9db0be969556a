package extradata

import (
	"errors"

	"extrapasha/internal/trains"
	"extrapasha/run"
)

// originPath is the path of the first file that has any of the trains. Where that is an
// overview file it is the first that this has them from. The error is a [*NoDataError]
// where there is none.
func (s *SourceData) originPath() (string, error) {
	ids, _ := trains.Ordered(s.trainIDs)
	for _, file := range s.files {
		if !file.HasAny(ids, s.suspect) {
			continue
		}
		if file.IsOverview() {
			return s.origin(file)
		}
		return file.Path(), nil
	}
	return "", &NoDataError{Source: s.name}
}

// origin is the path of the first file that an overview file has the source from.
func (s *SourceData) origin(file *run.File) (string, error) {
	name, err := s.OneKey("")
	if err == nil {
		var key *KeyData
		if key, err = s.Key(name); err == nil {
			return key.FilePaths()[0], nil
		}
	}
	var runOnly *KeyNameError
	if !errors.As(err, &runOnly) {
		return "", err
	}
	paths, err := file.SourcePaths(s.section, s.inFile)
	if err != nil || len(paths) == 0 {
		return file.Path(), err
	}
	return paths[0], nil
}

// File tells what the name of a file with data for the selected trains says: category
// (RAW, CORR), data aggregator, sequence. Of an overview file that is one that it has
// the data from. The error is a [*NoDataError] where no file has any of the trains.
func (s *SourceData) File() (run.Name, error) {
	path, err := s.originPath()
	return run.ParseName(path), err
}

// Aggregator is the data aggregator that wrote the source: "DA02", "AGIPD07". The error
// is as for [SourceData.File].
func (s *SourceData) Aggregator() (string, error) {
	name, err := s.File()
	return name.Aggregator, err
}

// DataCategory is RAW or CORR. The error is as for [SourceData.File].
func (s *SourceData) DataCategory() (string, error) {
	name, err := s.File()
	return name.Category, err
}

// StorageClass is the kind of data that the files are among in the facility's storage,
// raw or proc; it is empty for files elsewhere. The error is as for [SourceData.File].
func (s *SourceData) StorageClass() (string, error) {
	path, err := s.originPath()
	if err != nil {
		return "", err
	}
	return run.StorageOf(path).Class, nil
}
