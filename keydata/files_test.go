package keydata_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// TestFilePaths is which files a selection of trains is in.
func TestFilePaths(t *testing.T) {
	config := mockrun.Small()
	config.Trains, config.TrainsPerFile = 10, 4
	files, trainIDs := open(t, config)
	key := newKey[uint16](t, files, trainIDs, mockrun.Camera(1), "data.image.pixels")
	names := func(trains keydata.TrainSelection) (names []string) {
		t.Helper()
		part, err := key.SelectTrains(trains)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range part.FilePaths() {
			name := filepath.Base(path)
			names = append(names, name[len(name)-len("S00000.h5"):])
		}
		return names
	}
	for what, test := range map[string]struct {
		trains keydata.TrainSelection
		want   []string
	}{
		"all":                {keydata.ByIndex(psh.Every()), []string{"S00000.h5", "S00001.h5", "S00002.h5"}},
		"the last":           {keydata.ByIndex(psh.At(-1)), []string{"S00002.h5"}},
		"the ends":           {keydata.ByIndices(0, -1), []string{"S00000.h5", "S00002.h5"}},
		"some of the middle": {keydata.ByIndex(psh.Span(5, 7)), []string{"S00001.h5"}},
		"none":               {keydata.ByIndices(), nil},
	} {
		if diff := cmp.Diff(test.want, names(test.trains)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}
