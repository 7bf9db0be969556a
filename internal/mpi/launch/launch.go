// Package launch starts programs for tests as ranks, with each launcher that is there.
package launch

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Launcher starts ranks, with an MPI library that belongs to it.
type Launcher struct {
	Name    string
	program string
	args    []string // the number of ranks follows
	env     []string
	slurm   bool
}

// Launchers are what users have. The machine may be one; all but mpirun pretend to have
// two, between which messages go by TCP. mpirun would bind each rank to one core, where
// the threads of the program stand in each other's way.
var Launchers = []Launcher{
	{Name: "mpirun", program: "mpirun.openmpi", args: []string{"--bind-to", "none", "--oversubscribe", "-np"}, env: openmpi},
	{Name: "mpiexec", program: "mpiexec.mpich", args: []string{"-launcher", "fork", "-hosts", "a,b", "-np"}, env: mpich},
	{Name: "srun-pmix", program: "srun", args: []string{"-Q", "--mpi=pmix", "-N2", "-n"}, env: tcp, slurm: true},
	{Name: "srun-pmi2", program: "srun", args: []string{"-Q", "--mpi=pmi2", "-N2", "-n"}, env: mpich, slurm: true},
}

// Surviving let ranks go on when one has died: mpirun where it is told to, and srun, but
// for its PMIx, which ends all when one has died on a node that has others.
var Surviving = []Launcher{
	{Name: "mpirun-recovery", program: "mpirun.openmpi", args: []string{"--enable-recovery", "--bind-to", "none", "--oversubscribe", "-np"}, env: openmpi},
	{Name: "srun-pmix-apart", program: "srun", args: []string{"-Q", "--mpi=pmix", "--ntasks-per-node=1", "-n"}, env: tcp, slurm: true},
	Launchers[3],
}

// Strangers is srun as it starts tasks that do not know of each other.
var Strangers = Launcher{Name: "srun", program: "srun", args: []string{"-Q", "--mpi=none", "-N2", "-n"}, slurm: true}

// Ends tells whether the launcher ends all ranks when one has died, at once or before the
// others have noticed; see [Surviving].
func (l Launcher) Ends() bool { return l.Name != "srun-pmi2" }

var (
	openmpi = []string{"OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1", "PASHA_MPI_LIBRARY=libmpi.so.40"}
	mpich   = []string{"PASHA_MPI_LIBRARY=libmpich.so.12"}
	// Two nodes on one machine would meet in Open MPI's shared memory, which fails as
	// they believe to be on different ones.
	tcp = append([]string{"OMPI_MCA_pml=ob1", "OMPI_MCA_btl=tcp,self"}, openmpi...)
)

// variable is set where a launcher that is missing is an error.
const variable = "PASHA_TEST_LAUNCHERS"

// Each runs a test with each launcher, and skips those that are missing, unless
// PASHA_TEST_LAUNCHERS is "all".
func Each(t *testing.T, test func(t *testing.T, l Launcher)) { Under(t, Launchers, test) }

// Under is [Each] with launchers of a list.
func Under(t *testing.T, list []Launcher, test func(t *testing.T, l Launcher)) {
	for _, l := range list {
		t.Run(l.Name, func(t *testing.T) {
			l.Need(t)
			test(t, l)
		})
	}
}

// Need skips a test, or a benchmark, where the launcher is missing.
func (l Launcher) Need(t testing.TB) {
	missing := t.Skipf
	if os.Getenv(variable) == "all" {
		missing = t.Fatalf
	}
	if _, err := exec.LookPath(l.program); err != nil {
		missing("%s is not installed", l.program)
	}
	if l.slurm && os.Getenv("SLURM_CONF") == "" {
		missing("no SLURM cluster to test on: make test-mpi starts one")
	}
}

// Command is a program as ranks, with what is added to the environment. When the
// context ends the launcher is told to end them, and then killed.
func (l Launcher) Command(ctx context.Context, ranks int, env []string, program string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, l.program, append(append(append([]string(nil), l.args...), strconv.Itoa(ranks), program), args...)...)
	command.Env = append(append(os.Environ(), l.env...), env...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 5 * time.Second
	return command
}

// Run runs this test's own executable as ranks, whose TestMain finds the role in the
// environment, and returns what they have printed. It ends them after two minutes. Where
// SLURM has not started all, as when a daemon of its has died, it is asked once more.
func (l Launcher) Run(t testing.TB, ranks int, env ...string) (stdout, stderr string, err error) {
	stdout, stderr, err = l.run(t, ranks, env)
	if err != nil && strings.Contains(stderr, notLaunched) {
		t.Logf("once more, as it was not started: %s", stderr)
		stdout, stderr, err = l.run(t, ranks, env)
	}
	return stdout, stderr, err
}

// notLaunched is what srun says of a node that has not started its tasks.
const notLaunched = "srun: error: Task launch for "

func (l Launcher) run(t testing.TB, ranks int, env []string) (stdout, stderr string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := l.Command(ctx, ranks, env, self)
	var out, words bytes.Buffer
	command.Stdout, command.Stderr = &out, &words
	err = command.Run()
	if ctx.Err() != nil {
		t.Errorf("%s: the ranks had to be ended after two minutes", strings.Join(command.Args, " "))
	}
	return out.String(), words.String(), err
}
