package progress_test

import (
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"extrapasha/internal/progress"
)

// TestWatch shows what is done while it is being done, the whole at its end, and nothing
// after that, on all displays.
func TestWatch(t *testing.T) {
	const total = 10
	var done atomic.Int64
	var shown [2][]int
	begun := make(chan struct{})
	ended := 0
	displays := make([]progress.Display, len(shown))
	for i := range displays {
		displays[i] = progress.Display{
			Show: func(done, of int) {
				if of != total {
					t.Errorf("of %d", of)
				}
				if shown[i] = append(shown[i], done); i == 1 && len(shown[i]) == 1 {
					close(begun)
				}
			},
			End: func() { ended++ },
		}
	}
	done.Store(3)
	stop := progress.Watch(func() int { return int(done.Load()) }, total, displays)
	<-begun
	done.Store(total)
	stop()
	for i, got := range shown {
		if got[0] != 3 || got[len(got)-1] != total || !slices.IsSorted(got) {
			t.Errorf("display %d has shown %v", i, got)
		}
	}
	if ended != len(displays) {
		t.Errorf("%d displays were ended", ended)
	}
}

// TestBar draws label and numbers on standard error, and nothing before it is shown.
func TestBar(t *testing.T) {
	drawn := func(shows ...int) string {
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		before := os.Stderr
		os.Stderr = write
		bar := progress.Bar("trains")
		for _, done := range shows {
			bar.Show(done, 4)
		}
		bar.End()
		os.Stderr = before
		write.Close()
		text, err := io.ReadAll(read)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if text := drawn(); text != "\n" {
		t.Errorf("never shown: %q", text)
	}
	if text := drawn(1, 4); !strings.Contains(text, "trains") || !strings.Contains(text, "4/4") || !strings.HasSuffix(text, "\n") {
		t.Errorf("%q", text)
	}
}
