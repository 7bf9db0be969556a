package versus

import (
	"os/exec"
	"strings"
	"testing"
	"time"
)

// told is a test that keeps what it is told.
type told struct {
	testing.TB
	errors, logs int
}

func (t *told) Errorf(string, ...any) { t.errors++ }
func (t *told) Logf(string, ...any)   { t.logs++ }

func TestPython(t *testing.T) {
	if exec.Command("python3", "-c", "").Run() != nil {
		t.Skip("no python3 here")
	}
	b := &told{TB: t}
	contenders := Python(b, "Python", "sys, time", "import sys; print(sys.argv[1])", "0.25")
	if len(contenders) != 1 || contenders[0].Name != "Python" || contenders[0].time() != time.Second/4 || b.errors+b.logs != 0 {
		t.Errorf("%+v, told %+v", contenders, b)
	}
	for _, program := range []string{"print('soon')", "raise SystemExit('no')"} {
		b := &told{TB: t}
		if Python(b, "Python", "sys", program)[0].time(); b.errors != 1 {
			t.Errorf("%s: %d errors", program, b.errors)
		}
	}
	if _, err := seconds("python3", "raise SystemExit('out of luck')", nil); err == nil || !strings.Contains(err.Error(), "out of luck") {
		t.Errorf("%v, want what Python says", err)
	}
	b = &told{TB: t}
	if none := Python(b, "Python", "no_such_module", ""); none != nil || b.logs != 1 {
		t.Errorf("%+v without its modules, told %+v", none, b)
	}
}
