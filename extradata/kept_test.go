package extradata_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// keptImage is what the kernel below has kept, in each process.
var keptImage psh.Array[uint16]

// keeping keeps the rows of every train but the one at Touch, where it touches those of
// the train before.
var keeping = psh.Register("keeping", func(a struct{ Touch int }) psh.Kernel[extradata.Train] {
	return func(worker, index int, train extradata.Train) (err error) {
		if index == a.Touch {
			keptImage.Data[0]++
			return nil
		}
		keptImage, err = extradata.Get[uint16](train, mockrun.Module(0), "image.data")
		if err == nil && train.ID%2 == 0 && keptImage.Len() > 0 { // twice the same, within the kernel
			again, err := extradata.Get[uint16](train, mockrun.Module(0), "image.data")
			again.Data[0] = keptImage.Data[0] + 1
			if err != nil || again.Data[0] != keptImage.Data[0] {
				return fmt.Errorf("the same rows are others: %w", err)
			}
		}
		return err
	}
})

func TestKeptRows(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("rows are poisoned here, and nobody notices")
	}
	run, touch := open(t), 0
	images, err := run.Key(mockrun.Module(0), "image.data")
	if err != nil {
		t.Fatal(err)
	}
	for touch == 0 || images.DataCounts()[touch-1] == 0 {
		touch++
	}
	for _, ctx := range []psh.Context{psh.Serial(), processes(t, 1)} {
		for _, debug := range []string{"", "lent"} {
			t.Setenv(psh.DebugVariable, debug)
			if err := keeping.Map(struct{ Touch int }{-1}, run, psh.On(ctx)); err != nil {
				t.Errorf("%v, %q: %v", ctx, debug, err)
			}
		}
		err := keeping.Map(struct{ Touch int }{touch}, run, psh.On(ctx))
		want := fmt.Sprintf("item %d (train %d) touches rows of %s, image.data lent for item %d (train %d)",
			touch, run.TrainIDs()[touch], mockrun.Module(0), touch-1, run.TrainIDs()[touch-1])
		if !errors.Is(err, keydata.ErrKept) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want ErrKept: %s", ctx, err, want)
		}
	}
}
