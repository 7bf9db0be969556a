package ranks

import (
	"os"
	"runtime"
	"strings"
)

// machineCores is how many cores the machine has that are switched on.
func machineCores() int {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return runtime.NumCPU()
	}
	cores := 0
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "cpu") && !strings.HasPrefix(line, "cpu ") {
			cores++
		}
	}
	return cores
}
