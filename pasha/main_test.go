package pasha_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	psh "extrapasha/pasha"
)

// No test may leave a goroutine behind, nor a worker process.
func TestMain(m *testing.M) {
	psh.Init()
	if code := m.Run(); code != 0 {
		os.Exit(code)
	}
	psh.EndWorkers()
	if err := goleak.Find(); err != nil {
		println(err.Error())
		os.Exit(1)
	}
}
