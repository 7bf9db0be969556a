package keydata_test

import (
	"errors"
	"os"
	"slices"
	"testing"

	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
)

// TestTrains iterates over a key as reading by position has it.
func TestTrains(t *testing.T) {
	config := mockrun.Small()
	config.MissingTrains = 0.3
	files, trainIDs := open(t, config)
	key := newKey[uint16](t, files, trainIDs, mockrun.Camera(1), "data.image.pixels")
	n := 0
	for train, err := range key.Trains() {
		if err != nil {
			t.Fatal(err)
		}
		want, err := key.TrainByID(train.TrainID)
		if err != nil || train.Len() != want.Len() || !slices.Equal(train.Array().Data, want.Array().Data) {
			t.Errorf("train %d: other data, %v", train.TrainID, err)
		}
		n++
	}
	if full, err := key.DropEmptyTrains(); err != nil || n != full.Len() || n == key.Len() {
		t.Errorf("%d trains of %v, %v", n, full, err)
	}
	for range key.Trains() {
		break // and nothing is left open, see TestMain
	}
}

// TestTrainsOfChangedFile ends with one error.
func TestTrainsOfChangedFile(t *testing.T) {
	files, trainIDs := open(t, mockrun.Small())
	key := newKey[uint16](t, files, trainIDs, mockrun.Camera(1), "data.image.pixels")
	for _, path := range key.FilePaths() {
		if err := os.Truncate(path, 4096); err != nil {
			t.Fatal(err)
		}
	}
	var errs []error
	for _, err := range key.Trains() {
		errs = append(errs, err)
	}
	if len(errs) != 1 || !errors.Is(errs[0], keydata.ErrChanged) {
		t.Errorf("files that were cut short: %v, want one ErrChanged", errs)
	}
}
