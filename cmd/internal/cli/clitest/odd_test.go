package clitest_test

import (
	"os"
	"slices"
	"testing"

	"extrapasha/cmd/internal/cli/clitest"
	"extrapasha/extradata"
)

// TestOdd can be opened, and has its names as they are.
func TestOdd(t *testing.T) {
	dir := t.TempDir()
	if err := clitest.Odd(dir); err != nil {
		t.Fatal(err)
	}
	run, err := extradata.RunDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	if got, want := run.TrainIDs(), []uint64{1, 2, 3, 4}; !slices.Equal(got, want) {
		t.Errorf("trains %d, want %d", got, want)
	}
	for _, source := range []string{clitest.OddMotor, clitest.OddLine} {
		keys, err := run.Keys(source)
		if err != nil || !slices.Contains(keys, clitest.OddKey+".value") {
			t.Errorf("%q has %q, %v", source, keys, err)
		}
	}
	if err := clitest.Odd(string([]byte{0})); err == nil {
		t.Error("made where nothing can be")
	}
	if err := clitest.Odd(os.DevNull); err == nil {
		t.Error("made in a file")
	}
}
