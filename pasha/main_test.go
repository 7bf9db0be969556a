package pasha_test

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	psh "extrapasha/pasha"
)

// No test may leave a goroutine behind, nor a worker process.
func TestMain(m *testing.M) {
	name := os.Getenv(programVariable)
	if name != "without Init" {
		psh.Init()
	}
	if name != "" {
		runProgram(name)
	}
	if code := m.Run(); code != 0 {
		os.Exit(code)
	}
	psh.EndWorkers()
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
