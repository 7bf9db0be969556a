package extradata_test

import (
	"fmt"
	"testing"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
	"extrapasha/internal/turns"
	psh "extrapasha/pasha"
)

// TestSharesOfEntries has few trains of many pulses: by entry, all workers are busy to the
// end, raw and deflated, however the trains lie in files.
func TestSharesOfEntries(t *testing.T) {
	for _, deflate := range []int{0, 1} {
		for _, perFile := range []int{12, 5, 1} {
			config := mockrun.Default()
			config.Trains, config.TrainsPerFile, config.Pulses, config.Modules, config.Rows, config.Cols = 12, perFile, 352, 1, 2, 2
			config.Motors, config.Cameras, config.Deflate = 0, 0, deflate
			t.Run(fmt.Sprintf("deflate=%d/%d in a file", deflate, perFile), func(t *testing.T) {
				root := t.TempDir()
				if err := config.Write(t.Context(), root); err != nil {
					t.Fatal(err)
				}
				run, err := extradata.RunDirectory(config.RunDir(root, "raw"))
				if err != nil {
					t.Fatal(err)
				}
				defer run.Close()
				key, err := extradata.Key[uint16](run, mockrun.Module(0), "image.data")
				if err != nil {
					t.Fatal(err)
				}
				for _, workers := range []int{2, 4, 7} {
					clock := turns.New(workers)
					err := psh.Map(func(worker, _ int, _ extradata.Entry[uint16]) error {
						clock.Spend(worker, 1)
						return nil
					}, key.ByEntry(), psh.On(clock))
					if err != nil {
						t.Fatal(err)
					}
					if least, most := clock.Extremes(); float64(most) > 1.1*float64(least) || least == 0 {
						t.Errorf("%d workers: they finish between %d and %d, more than 10 %% apart", workers, least, most)
					}
				}
			})
		}
	}
}
