// Package conformance judges this project by what EXtra-data and its kin in Python
// answer to the same questions. It is tests only.
package conformance

import (
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"testing"

	"extrapasha/extradata"
)

// question is a check, and what it is asked of.
type question struct {
	arguments
	of  *caseOf
	run *extradata.DataCollection
}

// operation is a kind of question that can be answered: the arguments that it may
// have, and the answer.
type operation struct {
	arguments string
	answer    func(question) (any, error)
}

// TestConformance asks everything that the corpora ask. A question that nobody knows
// fails, as does a wrong answer; those of operations that are pending are counted
// only.
func TestConformance(t *testing.T) {
	withoutRace(t, "with the race detector TestConformanceTogether asks the same")
	quiet(t)
	all := newTally()
	for _, dir := range corpora(t, "expected") {
		t.Run(strings.ReplaceAll(strings.Trim(dir, "/"), "/", "."), func(t *testing.T) {
			counts := newTally()
			judgeCorpus(t, open(t, dir), counts)
			counts.print(dir)
			all.add(counts)
		})
	}
	if os.Getenv(corpusVariable) == "" { // of other corpora, each may lack what fails
		for _, op := range all.overdue() {
			t.Errorf("%s passes wholly: take it off the list of what is pending", op)
		}
	}
}

// withoutRace leaves a test to the run without the race detector, which make test has, too.
func withoutRace(t *testing.T, reason string) {
	t.Helper()
	if raceDetector {
		t.Skip(reason)
	}
}

// quiet keeps warnings, of which the corpora make many, out of the output.
func quiet(t *testing.T) {
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(before) })
}

func judgeCorpus(t *testing.T, c *corpus, counts *tally) {
	t.Run("cases", func(t *testing.T) { // ends when all cases have
		for _, name := range c.cases {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				judgeCase(t, c, name, counts)
			})
		}
	})
	for _, u := range c.unions {
		t.Run("union of "+u.A+" and "+u.B, func(t *testing.T) {
			counts.note(t, "unions.json", guarded(func() string { return judgeUnion(c, u) }))
		})
	}
}

// judgeCase opens a case and asks its questions. Opening counts as one.
func judgeCase(t reporter, c *corpus, name string, counts *tally) {
	var one *caseOf
	var run *extradata.DataCollection
	message := guarded(func() (message string) {
		one = c.named(name)
		run, message = one.opened()
		return message
	})
	counts.note(t, "open", message)
	if one == nil {
		return
	}
	if run != nil {
		defer run.Close()
	}
	for _, check := range one.Checks {
		message := "the run could not be opened"
		if run != nil {
			message = ask(one, run, check)
		}
		counts.note(t, check.operation(), message)
	}
}

// opened opens the run of a case, and tells what is wrong if that does not end as it
// should.
func (c *caseOf) opened() (*extradata.DataCollection, string) {
	run, err := c.open()
	if err == nil && c.ok() {
		return run, ""
	}
	return run, differs(c.Expect, err)
}

// ok tells whether the run of the case can be opened.
func (c *caseOf) ok() bool { return string(c.Expect) == `"ok"` }

// operation is the name of what a check asks for. There are two unions: that of pulse
// patterns goes by another name here.
func (c check) operation() string {
	op, _ := c.arguments["op"].(string)
	if op == "union" && c.has("pattern") {
		return "union/pattern"
	}
	return op
}

// ask asks one question and tells what is wrong with the answer.
func ask(c *caseOf, run *extradata.DataCollection, check check) string {
	message := guarded(func() string {
		op, known := operations[check.operation()]
		if !known {
			return "there is no such operation here"
		}
		check.only(strings.Fields(op.arguments))
		got, err := op.answer(question{check.arguments, c, run})
		if err != nil {
			return differs(check.expect, err)
		}
		return differs(check.expect, got)
	})
	if message == "" {
		return ""
	}
	return short(check.arguments) + ": " + message
}

// guarded is what judge finds wrong. A panic is wrong, too.
func guarded(judge func() string) (message string) {
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case badArgument:
			message = "the question: " + string(cause)
		default:
			message = fmt.Sprintf("panic: %v, at %s", cause, panicAt())
		}
	}()
	return judge()
}

// panicAt is the function and line that a panic comes from, for one who recovers
// it: the first behind the runtime's.
func panicAt() string {
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(0, callers)])
	panicked := false
	for {
		frame, more := frames.Next()
		inRuntime := strings.HasPrefix(frame.Function, "runtime.")
		if panicked && !inRuntime || !more {
			return fmt.Sprintf("%s (%s:%d)", frame.Function, frame.File, frame.Line)
		}
		panicked = panicked || strings.HasSuffix(frame.Function, "panic") && inRuntime
	}
}

func judgeUnion(c *corpus, u unionOf) string {
	var runs [2]*extradata.DataCollection
	for i, name := range []string{u.A, u.B} {
		var err error
		if runs[i], err = c.named(name).open(); err != nil {
			return err.Error()
		}
		defer runs[i].Close()
	}
	both, err := runs[0].Union(runs[1])
	if err != nil {
		return differs(u.Expect, err)
	}
	return differs(u.Expect, collectionAnswer(both))
}
