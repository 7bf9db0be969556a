package damage

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

var (
	variants = flag.Int("variants", 0, "how many variants; 1500 by default, a tenth with the race detector")
	only     = flag.String("variant", "", "read only BASE/KIND/NUMBER, and tell what came of it")
	dump     = flag.String("dump", "", "keep the variants, and what is read of them, below this directory")
	patience = flag.Duration("patience", 20*time.Second, "how long a variant may take")
)

// mostMemory is how much reading a small file may take.
const mostMemory = 1 << 30

// exempt are paths of datasets that libhdf5 has to read; it may crash on them.
// There are none.
var exempt = []string{}

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		child()
		return
	}
	os.Exit(m.Run())
}

// TestUndamaged reads all runs as they were, and compares with h5py.
func TestUndamaged(t *testing.T) {
	names, err := baseNames()
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	var all []variant
	for _, name := range names {
		all = append(all, variant{name, "none", 0})
	}
	for _, r := range readAll(t, all) {
		for _, failure := range failures(r) {
			t.Errorf("%v: %s: %s", r.Variant, failure.what, shorten(failure.text))
		}
	}
}

// TestDamage reads damaged runs.
func TestDamage(t *testing.T) {
	all := chosen(t)
	results := readAll(t, all)
	t.Log("\n" + tabled(results))
	report(t, results)
}

// chosen are the variants of this run of the test: of all runs and kinds in turn.
func chosen(t *testing.T) (all []variant) {
	if *only != "" {
		v, err := parseVariant(*only)
		if err != nil {
			t.Fatal(err)
		}
		return []variant{v}
	}
	n := *variants
	switch {
	case n == 0 && raceDetector:
		n = 150
	case n == 0:
		n = 1500
	}
	names, err := baseNames()
	if err != nil {
		t.Fatal(err)
	}
	for round := 0; len(all) < n; round++ {
		for _, kind := range kinds[1:] {
			all = append(all, turn(t, names, kind.name, round)...)
		}
	}
	return all[:n]
}

// turn is a variant of each run, or three where a checksum is mended: no other damage
// gets as far.
func turn(t *testing.T, names []string, kind string, round int) (all []variant) {
	times := 1
	if strings.HasPrefix(kind, "mended") {
		times = 3
	}
	for number := round * times; number < (round+1)*times; number++ {
		for _, name := range names {
			if v := (variant{name, kind, number}); possible(t, v) {
				all = append(all, v)
			}
		}
	}
	return all
}

// possible tells whether there is a checksum to mend, where that is the kind.
func possible(t *testing.T, v variant) bool {
	b, err := load(v.Base)
	if err != nil {
		t.Fatal(err)
	}
	return !strings.HasPrefix(v.Kind, "mended") || len(b.mendable()) > 0
}

// readAll has variants read by as many children as there are processors.
func readAll(t *testing.T, all []variant) []result {
	results := make([]result, len(all))
	next := make(chan int)
	var running sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(all)) {
		w := worker{dir: t.TempDir(), patience: *patience}
		running.Go(func() {
			defer w.stop()
			for i := range next {
				r, err := w.read(order{all[i], keep(all[i])})
				if err != nil {
					t.Error(all[i], err)
				}
				results[i] = r
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	running.Wait()
	return results
}

// keep is the directory that a variant stays in.
func keep(v variant) string {
	if *dump == "" {
		return ""
	}
	dir, err := filepath.Abs(filepath.Join(*dump, v.Base, v.Kind, fmt.Sprint(v.Number)))
	if err != nil {
		return ""
	}
	return dir
}

// failure is one thing wrong with a variant: its kind, what tells causes apart, and all
// of it.
type failure struct{ what, cause, text string }

func failures(r result) (found []failure) {
	add := func(what, cause, text string) { found = append(found, failure{what, cause, text}) }
	ended := func(what, text string) {
		cause, stack := where(text)
		if stack == "" {
			doing, _, _ := strings.Cut(r.Step, " ")
			cause, stack = cause+" at "+doing, text
		}
		add(what, cause, "at "+r.Step+": "+strings.Join(reason.FindAllString(text, 2), ", ")+"\n"+stack)
	}
	if r.Crash != "" {
		ended(kindOfCrash(r), r.Crash)
	}
	if r.Hang != "" {
		ended("hang", r.Hang)
	}
	if r.Panic != "" {
		ended("panic", "panic: "+r.Panic)
	}
	if r.Memory > mostMemory {
		add("memory", "over 1 GiB", fmt.Sprintf("%d MiB taken", r.Memory>>20))
	}
	if r.Printed != "" {
		line, _, _ := strings.Cut(r.Printed, "\n")
		add("stderr", line, r.Printed)
	}
	for _, list := range []struct {
		what  string
		texts []string
	}{{"wrong", r.Wrong}, {"lost", r.Lost}, {"left", r.Left}} {
		if len(list.texts) > 0 {
			cause, _, _ := strings.Cut(list.texts[0], " of ")
			add(list.what, strings.TrimRight(cause, " 0123456789"), strings.Join(list.texts, "\n"))
		}
	}
	return found
}

// kindOfCrash tells crashes from an end of memory, and from those of libhdf5 on a
// dataset that it has to read.
func kindOfCrash(r result) string {
	cause, _ := where(r.Crash)
	switch {
	case strings.Contains(r.Crash, "out of memory"), strings.Contains(r.Crash, "cannot allocate"):
		return "memory"
	case strings.Contains(cause, "libhdf5") && slices.ContainsFunc(exempt, func(path string) bool { return strings.HasSuffix(r.Step, path) }):
		return "exempt"
	}
	return "crash"
}

var columns = []string{"crash", "hang", "panic", "memory", "stderr", "wrong", "lost", "left", "exempt"}

// tabled tells by kind of damage what came of it.
func tabled(results []result) string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "kind\tvariants\topened\terrors\tbig\t"+strings.Join(columns, "\t")+"\t")
	rows := map[string][]result{}
	for _, r := range results {
		rows[r.Variant.Kind] = append(rows[r.Variant.Kind], r)
	}
	for _, kind := range kinds {
		if of := rows[kind.name]; len(of) > 0 {
			fmt.Fprintln(w, row(kind.name, of))
		}
	}
	fmt.Fprintln(w, row("all", results))
	_ = w.Flush()
	return out.String()
}

func row(name string, results []result) string {
	counts := map[string]int{}
	for _, r := range results {
		for what, is := range map[string]bool{"opened": r.Opened, "errors": r.Errors > 0, "big": r.Big > 0} {
			if is {
				counts[what]++
			}
		}
		for _, f := range failures(r) {
			counts[f.what]++
		}
	}
	text := fmt.Sprintf("%s\t%d\t", name, len(results))
	for _, column := range append([]string{"opened", "errors", "big"}, columns...) {
		text += fmt.Sprintf("%d\t", counts[column])
	}
	return text
}

// report tells of each cause of failures how many there are, with the first of them.
func report(t *testing.T, results []result) {
	type cause struct{ what, cause string }
	found, texts := map[cause][]string{}, map[cause]string{}
	for _, r := range results {
		for _, f := range failures(r) {
			c := cause{f.what, f.cause}
			if found[c] = append(found[c], r.Variant.String()); texts[c] == "" {
				texts[c] = f.text
			}
		}
		if *only != "" {
			t.Logf("%+v", r)
		}
	}
	causes := slices.SortedFunc(maps.Keys(found), func(a, b cause) int { return len(found[b]) - len(found[a]) })
	for _, c := range causes {
		tell := t.Errorf
		if c.what == "exempt" {
			tell = t.Logf
		}
		tell("%d × %s: %s: %s\n%s", len(found[c]), c.what, c.cause, strings.Join(found[c][:min(len(found[c]), 5)], " "), shorten(texts[c]))
	}
}

// shorten leaves the first lines of a text.
func shorten(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = line[:min(len(line), 400)]
	}
	return strings.Join(lines[:min(len(lines), 12)], "\n")
}
