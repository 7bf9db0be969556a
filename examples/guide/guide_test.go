// Package guide_test is the code of the documentation's guide: each example is shown there
// with what it prints.
package guide_test

import (
	"os"
	"testing"

	psh "extrapasha/pasha"
)

func TestMain(m *testing.M) {
	psh.Init()
	os.Setenv("EXTRA_DATA_DATA_ROOT", "../../testdata")
	os.Exit(m.Run())
}
