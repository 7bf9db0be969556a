package ranks

import (
	"os"
	"runtime"

	"extrapasha/internal/mpi"
)

// Share is how many workers this rank is to have: as many as Go may use cores, which
// follows GOMAXPROCS and what the launcher allows; where it allows all that the machine
// has, ranks there share them.
func Share(world *mpi.World) int {
	cores := runtime.GOMAXPROCS(0)
	if os.Getenv("GOMAXPROCS") != "" || runtime.NumCPU() < machineCores() {
		return cores
	}
	here := 0
	for _, host := range world.Hosts() {
		if host == world.Hosts()[world.Rank()] {
			here++
		}
	}
	return max(cores/here, 1)
}
