package mpi

import (
	"errors"
	"os"
	"strings"
)

// ErrNoLibrary is that no MPI library can be opened here.
var ErrNoLibrary = errors.New("no MPI library")

// libraryVariable names the library to open.
const libraryVariable = "PASHA_MPI_LIBRARY"

// library is what the engine needs of MPI. All calls come from its thread, and none
// waits, but finalize may. A request is known by its slot.
type library interface {
	send(slot int, data []byte, rank, tag int) error
	receive(slot int, data []byte, rank, tag int) error
	// probe tells of a message with the tag that has come and was not received.
	probe(tag int) (rank, size int, found bool, err error)
	// test calls done for each request that has ended, of the slots below used.
	test(used int, done func(slot int, err error)) error
	// cancel ends a receive that no message has been found for.
	cancel(slot int) error
	finalize() error
	abort(code int)
	// allocate returns memory that the library may use when no call runs.
	allocate(size int) []byte
	free([]byte)
}

// candidates are the libraries to try, in order: first those that belong to the
// launcher.
func candidates() []string {
	if name := os.Getenv(libraryVariable); name != "" {
		return []string{name}
	}
	openmpi, mpich := "libmpi.so.40", []string{"libmpich.so.12", "libmpi.so.12"}
	if os.Getenv("PMIX_RANK") == "" && (os.Getenv("PMI_RANK") != "" || os.Getenv("PMI_FD") != "") {
		return append(mpich, openmpi)
	}
	return append([]string{openmpi}, mpich...)
}

// tame sets what libraries below MPI read when they are loaded, unless the user has.
func tame() {
	settings := []string{
		// UCX takes SIGSEGV, which is Go's, to print where it came from.
		"UCX_ERROR_SIGNALS=",
		// Registrations of memory for the network are remembered by address, and
		// forgotten when the C library gives the memory back. Go's runtime and pasha's
		// arrays ask the system themselves, so that one would stay that leads elsewhere.
		"UCX_RCACHE_ENABLE=n", "UCX_WARN_UNUSED_ENV_VARS=n",
		"FI_MR_CACHE_MAX_COUNT=0",
		"OMPI_MCA_mpi_leave_pinned=0",
	}
	if strings.HasPrefix(os.Getenv("PMIX_NAMESPACE"), "slurm.") {
		// Open MPI has all ranks tell each other their addresses as they start. As SLURM
		// does that (22.05), some may be through while others wait, and the first message
		// to one of these is a call of nothing, SIGSEGV. So addresses are asked for when
		// they are needed, which also is less to do: most ranks talk to the root alone.
		settings = append(settings, "OMPI_MCA_pmix_base_async_modex=1", "OMPI_MCA_pmix_base_collect_data=0")
	}
	for _, setting := range settings {
		name, value, _ := strings.Cut(setting, "=")
		if _, set := os.LookupEnv(name); !set {
			os.Setenv(name, value)
		}
	}
}
