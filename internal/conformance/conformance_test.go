// Package conformance judges this project by what EXtra-data and its kin in Python
// answer to the same questions. It is tests only.
package conformance

import (
	"fmt"
	"log/slog"
	"maps"
	"os"
	"runtime"
	"slices"
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

// quiet keeps warnings, of which the corpora make many, out of the output.
func quiet(t *testing.T) {
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(before) })
}

func judgeCorpus(t *testing.T, c *corpus, counts *tally) {
	t.Run("cases", func(t *testing.T) { // ends when all cases have
		for _, name := range slices.Sorted(maps.Keys(c.cases)) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				judgeCase(t, c.cases[name], counts)
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
func judgeCase(t reporter, c *caseOf, counts *tally) {
	var run *extradata.DataCollection
	message := guarded(func() string {
		var err error
		run, err = c.open()
		if err == nil && c.Expect == "ok" {
			return ""
		}
		return differs(c.Expect, err)
	})
	counts.note(t, "open", message)
	if run != nil {
		defer run.Close()
	}
	for _, check := range c.Checks {
		message := "the run could not be opened"
		if run != nil {
			message = ask(c, run, check)
		}
		counts.note(t, operationOf(check), message)
	}
}

// operationOf is the name of what a check asks for. There are two unions: that of
// pulse patterns goes by another name here.
func operationOf(check map[string]any) string {
	op, _ := check["op"].(string)
	if op == "union" && check["pattern"] != nil {
		return "union/pattern"
	}
	return op
}

// ask asks one question and tells what is wrong with the answer.
func ask(c *caseOf, run *extradata.DataCollection, check map[string]any) string {
	q := question{arguments: maps.Clone(check), of: c, run: run}
	delete(q.arguments, "expect")
	message := guarded(func() string {
		op, known := operations[operationOf(check)]
		if !known {
			return "there is no such operation here"
		}
		q.only(strings.Fields(op.arguments))
		got, err := op.answer(q)
		if err != nil {
			return differs(check["expect"], err)
		}
		return differs(check["expect"], got)
	})
	if message == "" {
		return ""
	}
	return short(q.arguments) + ": " + message
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

// named is another case of the corpus.
func (c *corpus) named(name string) *caseOf {
	one := c.cases[name]
	if one == nil {
		panic(bad("there is no case %q", name))
	}
	return one
}
