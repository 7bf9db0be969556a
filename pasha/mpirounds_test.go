package pasha_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"extrapasha/internal/mpi/launch"

	psh "extrapasha/pasha"
)

var rankRounds = flag.Int("rank-rounds", 1, "how often each fault of ranks is tried, with Retry and without")

// faultyRanks is work on ranks, one of which fails.
type faultyRanks struct {
	Out     psh.Array[int]   // items
	Sums    psh.Array[int64] // workers, if it is there
	PIDs    psh.Array[int]   // workers, if it is there
	Trouble int              // the item at which a worker panics, or is slow
	How     string
}

const roundItems = 400

func (a faultyRanks) work(worker, index, value int) error {
	if a.PIDs.Len() > 0 {
		a.PIDs.Data[worker] = os.Getpid()
	}
	if a.Sums.Len() > 0 {
		a.Sums.Data[worker] += int64(value)
	}
	time.Sleep(200 * time.Microsecond)
	if index == a.Trouble {
		switch a.How {
		case "panic":
			panic("the kernel panics")
		case "slow": // for longer than it may be silent
			time.Sleep(1500 * time.Millisecond)
		}
	}
	a.Out.Data[index] = 3*value + 1 // may be done again
	return nil
}

var onRanks = psh.Register("on ranks", func(a faultyRanks) psh.Kernel[int] { return a.work })

var foldOnRanks = psh.RegisterFold("folded on ranks", func(a faultyRanks) psh.Fold[int, int] {
	return psh.Fold[int, int]{
		Shape: []int{2},
		Kernel: func(part psh.Array[int]) psh.Kernel[int] {
			return func(worker, index, value int) error {
				part.Data[0] += value
				part.Data[1] = 31*part.Data[1] + value
				return a.work(worker, index, value)
			}
		},
		Merge: func(part, next psh.Array[int]) {
			part.Data[0] += next.Data[0]
			part.Data[1] = 37*part.Data[1] + next.Data[1]
		},
	}
})

// roundsOnRanks is a program of several rounds, as its variables say.
type roundsOnRanks struct {
	how    string
	retry  bool
	takes  time.Duration // without a fault
	folded []int         // the right answer
	pids   []int         // of ranks that are left, but for this one
}

func init() {
	programs["rounds"] = func() error {
		p := &roundsOnRanks{how: os.Getenv(fateVariable), retry: os.Getenv("PASHA_TEST_RETRY") != ""}
		rounds, err := strconv.Atoi(os.Getenv("PASHA_TEST_ROUNDS"))
		if err != nil {
			return err
		}
		for range rounds {
			if err := p.calm(); err != nil {
				return fmt.Errorf("a map without a fault: %w", err)
			}
			if len(p.pids) == 0 {
				break // all are lost
			}
			said, err := p.round()
			if err != nil {
				return err
			}
			fmt.Println("round:", said)
		}
		return nil
	}
}

// calm does all kinds of work without a fault, and notes which ranks there are.
func (p *roundsOnRanks) calm() error {
	start := time.Now()
	a, err := p.arguments("slabs")
	if err != nil {
		return err
	}
	if err := onRanks.Map(a, psh.Range(0, roundItems, 1)); err != nil {
		return err
	}
	if wrong := a.wrong(); wrong != "" {
		return errors.New(wrong)
	}
	p.takes = time.Since(start)
	p.pids = nil
	for _, pid := range slices.Compact(slices.Sorted(slices.Values(a.PIDs.Data))) {
		if pid != 0 && pid != os.Getpid() {
			p.pids = append(p.pids, pid)
		}
	}
	if a, err = p.arguments("rows"); err != nil {
		return err
	}
	folded, err := foldOnRanks.Reduce(a, psh.Range(0, roundItems, 1))
	if err != nil {
		return err
	}
	if p.folded == nil {
		p.folded = folded.Data
	}
	if wrong := a.wrong(); wrong != "" || !slices.Equal(folded.Data, p.folded) {
		return fmt.Errorf("%v was %v: %s", folded.Data, p.folded, wrong)
	}
	return nil
}

func (p *roundsOnRanks) arguments(kind string) (a faultyRanks, err error) {
	a.Trouble = -1
	if a.Out, err = psh.Alloc[int](psh.Shape(roundItems)); err != nil || kind != "slabs" {
		return a, err
	}
	if a.Sums, err = psh.Alloc[int64](psh.PerWorker(), psh.Fill(1)); err != nil {
		return a, err
	}
	a.PIDs, err = psh.Alloc[int](psh.PerWorker())
	return a, err
}

// wrong tells what is wrong with results.
func (a faultyRanks) wrong() string {
	for i, x := range a.Out.Data {
		if x != 3*i+1 {
			return fmt.Sprintf("item %d is %d", i, x)
		}
	}
	total := -int64(a.Sums.Len())
	for _, sum := range a.Sums.Data {
		total += sum
	}
	if want := int64(roundItems * (roundItems - 1) / 2); a.Sums.Len() > 0 && total != want {
		return fmt.Sprintf("the sum is %d, want %d", total, want)
	}
	return ""
}

// round is one map or reduction with a fault. It tells how that went: "right", "told"
// when the error tells what it should, or what is wrong.
func (p *roundsOnRanks) round() (said string, err error) {
	kind := []string{"rows", "slabs", "fold"}[rand.IntN(3)]
	a, err := p.arguments(kind)
	if err != nil {
		return "", err
	}
	a.Trouble, a.How = rand.IntN(roundItems), p.how
	options := []psh.MapOption{psh.Heartbeat(time.Second)}
	if p.retry {
		options = append(options, psh.Retry(2))
	}
	victim := p.pids[rand.IntN(len(p.pids))]
	end := p.strike(victim)
	folded := p.folded
	if kind == "fold" {
		var answer psh.Array[int]
		answer, err = foldOnRanks.Reduce(a, psh.Range(0, roundItems, 1), options...)
		folded = answer.Data
	} else {
		err = onRanks.Map(a, psh.Range(0, roundItems, 1), options...)
	}
	end()
	if err != nil {
		return p.told(err, a, victim), nil
	}
	switch wrong := a.wrong(); {
	case wrong != "":
		return kind + ": " + wrong, nil
	case !slices.Equal(folded, p.folded):
		return fmt.Sprintf("folded: %v, want %v", folded, p.folded), nil
	case p.how == "panic":
		return "no error", nil
	}
	return "right", nil
}

// strike sends the victim, or this process, a signal at some moment while a map runs.
func (p *roundsOnRanks) strike(victim int) (end func()) {
	signal := map[string]syscall.Signal{"killed": syscall.SIGKILL, "stopped": syscall.SIGSTOP, "root killed": syscall.SIGKILL}[p.how]
	if signal == 0 {
		return func() {}
	}
	if p.how == "root killed" {
		victim = os.Getpid()
	}
	struck := make(chan bool)
	go func() {
		defer close(struck)
		time.Sleep(rand.N(p.takes))
		_ = syscall.Kill(victim, signal)
	}()
	return func() { <-struck }
}

// told looks whether an error tells all that is known.
func (p *roundsOnRanks) told(err error, a faultyRanks, victim int) string {
	var died *psh.WorkerError
	var failed *psh.MapError
	ok := false
	switch errors.As(err, &died); {
	case p.how == "panic":
		var panicked *psh.PanicError
		ok = errors.As(err, &failed) && errors.As(err, &panicked) && failed.Index == a.Trouble && (failed.Rank == 0) == (failed.Host == "")
	case p.retry || p.how == "slow":
	case died != nil:
		on := died.Index >= died.Share.Start && died.Index < died.Share.Stop || died.Index == -1 && died.Share.Len() == 0
		reason, ofRoot := "no sign of life for 1", false
		if os.Getenv(psh.ContextVariable) == "mpi:processes" {
			ofRoot = died.Rank == 0 && died.Host == ""
			if p.how == "killed" {
				reason = "was killed (signal 9"
			}
		}
		ok = died.PID == victim && (died.Rank > 0 && died.Host != "" || ofRoot) && on && strings.Contains(died.Reason, reason)
	}
	if ok {
		return "told"
	}
	return fmt.Sprintf("%v (process %d, item %d)", err, victim, a.Trouble)
}

// TestRanksRounds has ranks killed, stopped, panicking and slow at random moments, several
// in a program, and looks that each map gives the right result or the right error, that
// those that follow are right, and that nothing is left.
func TestRanksRounds(t *testing.T) {
	t.Parallel()
	launch.Under(t, launch.Surviving, func(t *testing.T, l launch.Launcher) {
		for _, how := range []string{"killed", "stopped", "panic", "slow"} {
			for _, retry := range []string{"", "1"} {
				t.Run(how+" "+retry, func(t *testing.T) { manyRounds(t, l, how, retry, "mpi") })
			}
		}
	})
}

// TestRanksProcessRounds is TestRanksRounds with ranks whose workers are processes, which
// meet the faults.
func TestRanksProcessRounds(t *testing.T) {
	t.Parallel()
	launch.Under(t, launch.Launchers[3:], func(t *testing.T, l launch.Launcher) {
		for _, how := range []string{"killed", "stopped", "panic"} {
			for _, retry := range []string{"", "1"} {
				t.Run(how+" "+retry, func(t *testing.T) { manyRounds(t, l, how, retry, "mpi:processes") })
			}
		}
	})
}

func manyRounds(t *testing.T, l launch.Launcher, how, retry, context string) {
	t.Parallel() // they mostly wait
	said := map[string]int{}
	for done := 0; done < *rankRounds; {
		lines := roundsUnder(t, l, how, retry, min(*rankRounds-done, 10), psh.ContextVariable+"="+context)
		if len(lines) == 0 {
			t.Fatal("no round was done")
		}
		for _, line := range lines {
			said[line]++
		}
		done += len(lines)
	}
	t.Log(said)
	if wrong := *rankRounds - said["right"] - said["told"]; wrong > 0 {
		t.Errorf("%d of %d went wrong: %v", wrong, *rankRounds, said)
	}
}

// TestRanksEnded kills ranks, or the root, where the launcher ends all others: there may be
// no results, but nothing is left.
func TestRanksEnded(t *testing.T) {
	t.Parallel()
	launch.Each(t, func(t *testing.T, l launch.Launcher) {
		for range *rankRounds {
			for _, how := range []string{"killed", "root killed"} {
				t.Run(how, func(t *testing.T) {
					t.Parallel()
					roundsUnder(t, l, how, "", 1000)
				})
			}
		}
	})
}

// roundsUnder runs several rounds, as many as there are ranks to be lost, and returns how
// they went. Nothing may be left 10 s later.
func roundsUnder(t *testing.T, l launch.Launcher, how, retry string, rounds int, env ...string) (said []string) {
	t.Helper()
	id := "PASHA_TEST_MARKER=" + filepath.Join(t.TempDir(), "marker")
	env = append(env, programVariable+"=rounds", fateVariable+"="+how, "PASHA_TEST_RETRY="+retry, fmt.Sprint("PASHA_TEST_ROUNDS=", rounds), id)
	out, words, err := l.Run(t, 4, env...)
	for line := range strings.Lines(out) {
		if text, ok := strings.CutPrefix(line, "round: "); ok {
			said = append(said, strings.TrimSpace(text))
		}
	}
	if (how == "panic" || how == "slow") && (err != nil || len(said) != rounds) {
		t.Errorf("%d rounds, %v: %s%s", len(said), err, out, words)
	}
	nothingLeft(t, id)
	return said
}

// nothingLeft waits until no process is left that has that in its environment.
func nothingLeft(t *testing.T, variable string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		left := withVariable(variable)
		if len(left) == 0 {
			return
		}
		if time.Now().After(end) {
			t.Errorf("processes %v are left", left)
			return
		}
	}
}
