package extradata

import (
	"slices"
	"strings"
)

// RunOnlyNames are the keys of a control source that only have a value of the run, and
// none for each train, as users know them: without ".value", and without the timestamps.
// [SourceData.RunValue] has the value. Other sources have none.
func (s *SourceData) RunOnlyNames() ([]string, error) {
	if !s.IsControl() {
		return nil, nil
	}
	file := s.first()
	inRun, err := file.RunKeys(s.inFile)
	if err != nil {
		return nil, err
	}
	inData, err := file.Keys(s.section, s.inFile) // also those that are not selected
	if err != nil {
		return nil, err
	}
	var names []string
	for _, key := range inRun {
		if _, both := slices.BinarySearch(inData, key); !both && !strings.HasSuffix(key, ".timestamp") {
			names = append(names, strings.TrimSuffix(key, ".value"))
		}
	}
	return names, nil
}
