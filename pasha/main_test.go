package pasha_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	psh "extrapasha/pasha"
)

// No test may leave a goroutine behind.
func TestMain(m *testing.M) {
	name := os.Getenv(programVariable)
	if name != "without Init" {
		psh.Init()
	}
	if name != "" {
		runProgram(name)
	}
	goleak.VerifyTestMain(m)
}
