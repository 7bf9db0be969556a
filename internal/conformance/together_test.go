package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"extrapasha/extradata"
)

// TestConformanceTogether asks the questions of each case on several goroutines at
// once, each starting with another.
func TestConformanceTogether(t *testing.T) {
	quiet(t)
	for _, dir := range corpora(t, "expected") {
		c := open(t, dir)
		for _, name := range c.cases {
			one := c.named(name)
			if !one.ok() {
				continue
			}
			run, err := one.open()
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			askTogether(t, one, run)
			run.Close()
		}
	}
}

func askTogether(t *testing.T, c *caseOf, run *extradata.DataCollection) {
	const askers = 2
	var group sync.WaitGroup
	for asker := range askers {
		group.Go(func() {
			for i := range c.Checks {
				check := c.Checks[(i+asker*len(c.Checks)/askers)%len(c.Checks)]
				if isPending(check.operation()) {
					continue
				}
				if message := ask(c, run, check); message != "" {
					t.Errorf("%s: %s", c.Case, message)
				}
			}
		})
	}
	group.Wait()
}

// TestConformanceFewDescriptors asks everything in a process that may have 64 files
// open.
func TestConformanceFewDescriptors(t *testing.T) {
	withoutRace(t, "it is TestConformance that runs")
	dirs := corpora(t, "expected")
	command := exec.Command("sh", "-c", `ulimit -n 64; exec "$0" "$@"`, os.Args[0], "-test.run=^TestConformance$")
	command.Env = append(os.Environ(), corpusVariable+"="+strings.Join(dirs, ":"))
	out, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out[max(len(out)-2000, 0):])
	}
	for _, dir := range dirs {
		if !strings.Contains(string(out), fmt.Sprintf("conformance %s: ", dir)) {
			t.Errorf("%s was not judged", dir)
		}
	}
}
