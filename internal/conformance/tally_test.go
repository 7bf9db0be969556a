package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// reporter is where failures go: a test.
type reporter interface {
	Helper()
	Log(...any)
	Error(...any)
}

// tally counts checks and failures by operation. Many cases may count at once.
type tally struct {
	mutex   sync.Mutex
	counts  map[string]count
	pending func(op string) bool
}

type count struct{ checks, failed int }

func newTally() *tally { return &tally{counts: map[string]count{}, pending: isPending} }

// note counts a check: what is wrong with its answer, empty where nothing is. It fails
// the test unless the operation is pending.
func (l *tally) note(t reporter, op, wrong string) {
	t.Helper()
	l.mutex.Lock()
	defer l.mutex.Unlock()
	c := l.counts[op]
	c.checks++
	if wrong != "" {
		c.failed++
	}
	l.counts[op] = c
	switch {
	case wrong == "":
	case l.pending(op):
		t.Log("pending: ", op, " ", wrong)
	default:
		t.Error(wrong)
	}
}

func (l *tally) add(more *tally) {
	for op, c := range more.counts {
		sum := l.counts[op]
		l.counts[op] = count{sum.checks + c.checks, sum.failed + c.failed}
	}
}

func (l *tally) ops() []string { return slices.Sorted(maps.Keys(l.counts)) }

// print tells how a corpus went, as a whole and by operation.
func (l *tally) print(dir string) {
	var all count
	for _, c := range l.counts {
		all = count{all.checks + c.checks, all.failed + c.failed}
	}
	fmt.Printf("conformance %s: %d checks, %d failed\n", dir, all.checks, all.failed)
	for _, op := range l.ops() {
		name, _, _ := strings.Cut(op, "/")
		fmt.Printf("conformance %s %s: %d checks, %d failed\n", dir, name, l.counts[op].checks, l.counts[op].failed)
	}
}

// overdue are the operations that are pending though they fail nowhere.
func (l *tally) overdue() (ops []string) {
	for _, op := range l.ops() {
		if l.pending(op) && l.counts[op].failed == 0 {
			ops = append(ops, op)
		}
	}
	return ops
}
