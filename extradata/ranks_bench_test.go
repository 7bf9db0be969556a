package extradata_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"extrapasha/extradata"
	"extrapasha/internal/mockrun"
	"extrapasha/internal/mpi/launch"
	"extrapasha/internal/versus"
	psh "extrapasha/pasha"
)

// rankFrames is the directory of the run that a program is to reduce the frames of.
const rankFrames = "EXTRADATA_TEST_RANK_FRAMES"

func init() { psh.RegisterItems[extradata.Entry[uint16]]() }

// framesProgram adds up all frames of a module several times, and tells how long that
// takes once workers, files and memory are there.
func framesProgram() error {
	run, err := extradata.RunDirectory(os.Getenv(rankFrames))
	if err != nil {
		return err
	}
	defer run.Close()
	key, err := extradata.Key[uint16](run, mockrun.Module(0), "image.data")
	if err != nil {
		return err
	}
	sum := func(int) error {
		sum, err := psh.ReduceSum[uint64](key.ByEntry())
		if err != nil {
			return err
		}
		return sum.Free()
	}
	if err := sum(0); err != nil { // frames are read; from the second time on they are mapped
		return err
	}
	return versus.Tell(sum)
}

// BenchmarkRanks adds up 1 GiB of raw frames on two ranks, and on two worker processes.
func BenchmarkRanks(b *testing.B) {
	dir := rankFrames + "=" + gigabyte(b)
	for _, l := range launch.Launchers[:2] {
		b.Run(l.Name, func(b *testing.B) {
			l.Need(b)
			versus.Run(b,
				versus.Contender{Name: "Processes", Timed: func() time.Duration {
					program := exec.Command(os.Args[0])
					program.Env = append(os.Environ(), dir, psh.ContextVariable+"=processes:2")
					out, err := program.Output()
					return versus.Told(b, string(out), err)
				}},
				versus.Contender{Name: "Ranks", Timed: func() time.Duration {
					out, words, err := l.Run(b, 2, dir)
					if err != nil {
						b.Error(words)
					}
					return versus.Told(b, out, err)
				}},
			)
		})
	}
}
