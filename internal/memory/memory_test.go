package memory

import (
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	most, what := limit()
	for _, c := range []struct {
		bytes int
		fits  bool
	}{
		{0, true}, {1, true}, {checked - 1, true}, {checked, true},
		{int(most) + 1, false}, {math.MaxInt, false}, {-1, false}, {math.MinInt, false},
	} {
		if runtime.GOOS != "linux" && !c.fits {
			continue
		}
		err := Check(c.bytes)
		if (err == nil) != c.fits || err != nil && !errors.Is(err, ErrMemory) {
			t.Errorf("%d bytes: %v, want ErrMemory: %v", c.bytes, err, !c.fits)
		}
		if err != nil && !strings.Contains(err.Error(), what) {
			t.Errorf("%d bytes: %v, want what there is", c.bytes, err)
		}
	}
}
