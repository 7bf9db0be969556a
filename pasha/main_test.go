package pasha_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	psh "extrapasha/pasha"
)

// earlyExit has a process end before it comes to psh.Init.
const earlyExit = "PASHA_TEST_EARLY_EXIT"

// No test may leave a goroutine behind.
func TestMain(m *testing.M) {
	if os.Getenv(earlyExit) != "" {
		os.Exit(7)
	}
	name := os.Getenv(programVariable)
	if name != "without Init" {
		psh.Init()
	}
	if name != "" {
		runProgram(name)
	}
	goleak.VerifyTestMain(m)
}
