package versus

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Python is a contender written in Python: a program that prints the seconds that its work
// took, without what starting takes. It is run by the first of python3 and
// /usr/bin/python3 that has the modules it needs; where none has, the benchmark goes on
// without it and says so.
func Python(b testing.TB, name, needs, program string, args ...string) []Contender {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import "+needs).Run() != nil {
			continue
		}
		return []Contender{{Name: name, Timed: func() time.Duration {
			took, err := seconds(python, program, args)
			if err != nil {
				b.Errorf("%s: %v", name, err)
			}
			return took
		}}}
	}
	b.Logf("without %s: no Python here that has %s", name, needs)
	return nil
}

func seconds(python, program string, args []string) (time.Duration, error) {
	var stderr strings.Builder
	command := exec.Command(python, append([]string{"-c", program}, args...)...)
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return 0, fmt.Errorf("%w: %s", err, stderr.String())
	}
	took, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		return 0, fmt.Errorf("it printed %q, expected seconds", out)
	}
	return time.Duration(took * float64(time.Second)), nil
}
