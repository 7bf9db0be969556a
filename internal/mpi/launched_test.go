package mpi

import (
	"errors"
	"os"
	"strings"
	"testing"

	"extrapasha/internal/mpi/launch"
)

// alone removes what a launcher of the tests has set.
func alone(t *testing.T) {
	for _, name := range append(marks, stepTasks) {
		t.Setenv(name, "") // so that it comes back
		os.Unsetenv(name)
	}
}

func TestLaunched(t *testing.T) {
	for _, c := range []struct {
		set      string
		launched bool
		first    string // library to try
	}{
		{"", false, "libmpi.so.40"},
		{"PMIX_RANK=3", true, "libmpi.so.40"},
		{"OMPI_COMM_WORLD_SIZE=4", true, "libmpi.so.40"},
		{"PMI_RANK=0", true, "libmpich.so.12"},
		{"PMI_FD=7", true, "libmpich.so.12"},
		{"PMI_RANK=0 PMIX_RANK=0", true, "libmpi.so.40"},
		{"SLURM_STEP_NUM_TASKS=4", true, "libmpi.so.40"},
		{"SLURM_STEP_NUM_TASKS=1", false, "libmpi.so.40"},
		{"SLURM_STEP_NUM_TASKS=many", false, "libmpi.so.40"},
		{"SLURM_NTASKS=4", false, "libmpi.so.40"}, // the shell of a batch job
		{"PMI_RANK=0 PASHA_MPI_LIBRARY=/opt/mpi.so", true, "/opt/mpi.so"},
	} {
		t.Run(c.set, func(t *testing.T) {
			alone(t)
			t.Setenv(libraryVariable, "")
			for _, setting := range strings.Fields(c.set) {
				name, value, _ := strings.Cut(setting, "=")
				t.Setenv(name, value)
			}
			if got := Launched(); got != c.launched {
				t.Errorf("launched: %v, expected %v", got, c.launched)
			}
			if got := candidates(); got[0] != c.first {
				t.Errorf("libraries %q, expected %q first", got, c.first)
			}
			forget()
			if Launched() {
				t.Error("launched also when forgotten")
			}
		})
	}
}

// TestTame has libraries be told what they are to do, where the user has not said otherwise.
func TestTame(t *testing.T) {
	const leave, early, modex = "OMPI_MCA_mpi_leave_pinned", "OMPI_MCA_pmix_base_async_modex", "OMPI_MCA_pmix_base_collect_data"
	for _, c := range []struct{ set, want string }{
		{"", "UCX_ERROR_SIGNALS= " + leave + "=0 " + early + " " + modex},
		{"UCX_ERROR_SIGNALS=SIGILL " + leave + "=1", "UCX_ERROR_SIGNALS=SIGILL " + leave + "=1"},
		{"PMIX_NAMESPACE=slurm.pmix.471.0", early + "=1 " + modex + "=0"},
		{"PMIX_NAMESPACE=slurm.pmix.471.0 " + modex + "=1", early + "=1 " + modex + "=1"},
		{"PMIX_NAMESPACE=2378301441", early},
	} {
		t.Run(c.set, func(t *testing.T) {
			for _, name := range []string{"UCX_ERROR_SIGNALS", "UCX_RCACHE_ENABLE", "UCX_WARN_UNUSED_ENV_VARS", "FI_MR_CACHE_MAX_COUNT", leave, early, modex, "PMIX_NAMESPACE"} {
				t.Setenv(name, "")
				os.Unsetenv(name)
			}
			for _, setting := range strings.Fields(c.set) {
				name, value, _ := strings.Cut(setting, "=")
				t.Setenv(name, value)
			}
			tame()
			for _, setting := range strings.Fields(c.want) {
				name, want, wanted := strings.Cut(setting, "=")
				if value, set := os.LookupEnv(name); set != wanted || value != want {
					t.Errorf("%s is %q (%v), want %s", name, value, set, setting)
				}
			}
		})
	}
}

func TestNoLibrary(t *testing.T) {
	alone(t)
	t.Setenv(libraryVariable, "/nowhere/libmpi.so")
	defer wasOpened.Store(false)
	_, err := Open()
	if !errors.Is(err, ErrNoLibrary) || !strings.Contains(err.Error(), "/nowhere/libmpi.so") || !strings.Contains(err.Error(), libraryVariable) {
		t.Error(err)
	}
	t.Setenv(libraryVariable, "libc.so.6")
	wasOpened.Store(false)
	if _, err := Open(); !errors.Is(err, ErrNoLibrary) || !strings.Contains(err.Error(), "no MPI_Init_thread in it") {
		t.Error(err)
	}
	if _, err := Open(); err == nil {
		t.Error("opened twice")
	}
}

func TestStrangers(t *testing.T) {
	launch.Strangers.Need(t)
	out, words, err := launch.Strangers.Run(t, 4, roleVariable+"=hosts")
	if err == nil || strings.Count(words, "4 tasks were started that do not know of each other: under SLURM, srun --mpi=pmix") != 4 {
		t.Errorf("%v, said\n%s%s", err, out, words)
	}
}
