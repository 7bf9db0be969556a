// Package guide_test is the code of the documentation's guide: each example is shown there
// with what it prints.
package guide_test

import (
	"os"
	"testing"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

func TestMain(m *testing.M) {
	psh.Init()
	os.Setenv("EXTRA_DATA_DATA_ROOT", "../../testdata")
	os.Exit(m.Run())
}

// open opens the repository's run: raw data, and what only the corrected data have.
func open() *extradata.DataCollection {
	return psh.Must(extradata.OpenRun(700000, 1))
}
