package extradata_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"extrapasha/extradata"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

// The conformance corpus holds runs, and what EXtra-data in Python answers on
// them. It lies outside the repository; other corpora of the same form are named
// in an environment variable, separated by colons.
const (
	corpusDir      = "../../shared/conformance"
	corpusVariable = "EXTRAPASHA_CONFORMANCE"
)

func corpora(t testing.TB) []string {
	dirs := filepath.SplitList(os.Getenv(corpusVariable))
	if len(dirs) == 0 {
		if _, err := os.Stat(corpusDir); err != nil {
			t.Skipf("no conformance corpus at %s", corpusDir)
		}
		dirs = []string{corpusDir}
	}
	for i, dir := range dirs {
		absolute, err := filepath.Abs(dir)
		if err != nil {
			t.Fatal(err)
		}
		dirs[i] = absolute
	}
	return dirs
}

type conformanceCase struct {
	dir    string // of the corpus
	Case   string
	Expect any
	Open   struct {
		Kind, Path, Data, Include string
		Proposal, Run             any
		Suspect                   *bool `json:"inc_suspect_trains"`
	}
	Checks []check
}

type check map[string]any

// text is an argument of the check that is a string, empty where it has none.
func (c check) text(name string) string { s, _ := c[name].(string); return s }

// count is an argument that is a number, 0 where it has none.
func (c check) count(name string) int {
	n, ok := c[name].(json.Number)
	if !ok {
		return 0
	}
	return integer(n)
}

// TestConformance asks everything that the corpora ask. A question that it does
// not know counts as failed.
func TestConformance(t *testing.T) {
	quiet(t)
	for _, dir := range corpora(t) {
		checks, failed := 0, 0
		for _, c := range cases(t, dir) {
			t.Run(c.Case, func(t *testing.T) {
				n, bad := c.run(t)
				checks, failed = checks+n, failed+bad
			})
		}
		n, bad := unions(t, dir)
		checks, failed = checks+n, failed+bad
		fmt.Printf("conformance %s: %d checks, %d failed\n", dir, checks, failed)
	}
}

// quiet keeps warnings, of which the corpus makes many, out of the output.
func quiet(t *testing.T) {
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(before) })
}

func cases(t *testing.T, dir string) (list []conformanceCase) {
	t.Setenv("EXTRA_DATA_DATA_ROOT", filepath.Join(dir, "runs", "exp"))
	paths, _ := filepath.Glob(filepath.Join(dir, "expected", "*.json"))
	if len(paths) == 0 {
		t.Errorf("%s: no cases", dir)
	}
	for _, path := range paths {
		c := conformanceCase{dir: dir}
		decode(t, path, &c)
		list = append(list, c)
	}
	return list
}

func decode(t *testing.T, path string, into any) {
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoder := json.NewDecoder(file)
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// run opens the case and asks its questions. Opening counts as one.
func (c conformanceCase) run(t *testing.T) (checks, failed int) {
	run, err := c.open()
	if want, fails := c.Expect.(map[string]any); fails {
		if message := wrongError(err, want["error"]); message != "" {
			t.Error(message)
			return 1, 1
		}
		return 1, 0
	}
	if err != nil {
		t.Error(err)
		return 1 + len(c.Checks), 1 + len(c.Checks)
	}
	defer run.Close()
	for _, check := range c.Checks {
		if message := c.ask(run, check); message != "" {
			failed++
			t.Error(message)
		}
	}
	return 1 + len(c.Checks), failed
}

func (c conformanceCase) open() (*extradata.DataCollection, error) {
	var opts []extradata.Option
	if c.Open.Suspect != nil && !*c.Open.Suspect {
		opts = append(opts, extradata.WithoutSuspect())
	}
	path := filepath.Join(c.dir, "runs", c.Open.Path)
	switch c.Open.Kind {
	case "run":
		return extradata.RunDirectory(path, opts...)
	case "file":
		return extradata.H5File(path, opts...)
	}
	if c.Open.Data != "" {
		opts = append(opts, extradata.Data(c.Open.Data))
	}
	if c.Open.Include != "" {
		opts = append(opts, extradata.Include(c.Open.Include))
	}
	return extradata.OpenRun(fmt.Sprint(c.Open.Proposal), fmt.Sprint(c.Open.Run), opts...)
}

// ask asks one question and tells what is wrong with the answer.
func (c conformanceCase) ask(run *extradata.DataCollection, check check) string {
	what := describe(check)
	answer := answers[check.text("op")]
	if answer == nil {
		return what + ": not a question that is known here"
	}
	got, err := answer(c, run, check)
	if want, ok := check["expect"].(map[string]any); ok && len(want) == 1 && want["error"] != nil {
		if message := wrongError(err, want["error"]); message != "" {
			return what + ": " + message
		}
		return ""
	}
	if err != nil {
		return fmt.Sprintf("%s: %v", what, err)
	}
	if diff := cmp.Diff(normal(check["expect"]), normal(got)); diff != "" {
		return fmt.Sprintf("%s (-want +got):\n%s", what, diff)
	}
	return ""
}

func describe(check check) string {
	arguments := map[string]any{}
	for name, value := range check {
		if name != "expect" {
			arguments[name] = value
		}
	}
	text, _ := json.Marshal(arguments)
	return string(text)
}

// wrongError tells what is wrong with an error that should be of a kind.
func wrongError(err error, kind any) string {
	var (
		source   *extradata.SourceNameError
		key      *extradata.KeyNameError
		train    *extradata.TrainIDError
		alias    *extradata.AliasError
		conflict *extradata.ConflictError
	)
	ok := err != nil
	switch kind {
	case "SourceNameError":
		ok = errors.As(err, &source)
	case "PropertyNameError":
		ok = errors.As(err, &key)
	case "TrainIDError":
		ok = errors.As(err, &train)
	case "AliasError":
		ok = errors.As(err, &alias)
	case "FileNotFoundError":
		ok = errors.Is(err, fs.ErrNotExist)
	case "IndexError":
		ok = errors.Is(err, psh.ErrShape)
	case "ValueError":
		ok = errors.As(err, &conflict) || errors.Is(err, extradata.ErrSelection) || errors.Is(err, keydata.ErrTolerance)
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("%v, want an error of kind %v", err, kind)
}

// normal turns an answer into what JSON makes of it, with floats as such.
func normal(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var out any
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	_ = decoder.Decode(&out)
	return plainNumbers(out)
}

// plainNumbers writes floats that are whole as integers are.
func plainNumbers(value any) any {
	switch value := value.(type) {
	case json.Number:
		if f, err := value.Float64(); err == nil && strings.ContainsAny(value.String(), ".eE") && f != math.Trunc(f) {
			return f
		}
		return strings.TrimSuffix(value.String(), ".0")
	case []any:
		for i := range value {
			value[i] = plainNumbers(value[i])
		}
	case map[string]any:
		for name := range value {
			value[name] = plainNumbers(value[name])
		}
	}
	return value
}

func unions(t *testing.T, dir string) (checks, failed int) {
	var list []struct {
		A, B   string
		Expect any
	}
	decode(t, filepath.Join(dir, "unions.json"), &list)
	byName := map[string]conformanceCase{}
	for _, c := range cases(t, dir) {
		byName[c.Case] = c
	}
	for _, u := range list {
		t.Run("union of "+u.A+" and "+u.B, func(t *testing.T) {
			checks++
			if message := union(byName[u.A], byName[u.B], u.Expect); message != "" {
				failed++
				t.Error(message)
			}
		})
	}
	return checks, failed
}

func union(a, b conformanceCase, expect any) string {
	runA, errA := a.open()
	runB, errB := b.open()
	if err := errors.Join(errA, errB); err != nil {
		return err.Error()
	}
	defer runA.Close()
	defer runB.Close()
	both, err := runA.Union(runB)
	if want, ok := expect.(map[string]any); ok && want["error"] != nil {
		return wrongError(err, want["error"])
	}
	if err != nil {
		return err.Error()
	}
	return cmp.Diff(normal(expect), normal(collectionAnswer(both)))
}

// TestConformanceTogether asks the questions of each case on eight goroutines at
// once, each starting with another.
func TestConformanceTogether(t *testing.T) {
	quiet(t)
	for _, dir := range corpora(t) {
		for _, c := range cases(t, dir) {
			if _, fails := c.Expect.(map[string]any); fails {
				continue
			}
			run, err := c.open()
			if err != nil {
				t.Errorf("%s: %v", c.Case, err)
				continue
			}
			var group sync.WaitGroup
			for asker := range 8 {
				group.Go(func() {
					for i := range c.Checks {
						check := c.Checks[(i+asker*len(c.Checks)/8)%len(c.Checks)]
						if message := c.ask(run, check); message != "" {
							t.Errorf("%s: %s", c.Case, message)
						}
					}
				})
			}
			group.Wait()
			run.Close()
		}
	}
}

// TestConformanceFewDescriptors asks everything in a process that may have 64
// files open.
func TestConformanceFewDescriptors(t *testing.T) {
	dirs := corpora(t)
	command := exec.Command("sh", "-c", `ulimit -n 64; exec "$0" "$@"`, os.Args[0], "-test.run=^TestConformance$")
	command.Env = append(os.Environ(), corpusVariable+"="+strings.Join(dirs, ":"))
	out, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(out), " 0 failed") {
		t.Errorf("%v: %s", err, out[max(len(out)-2000, 0):])
	}
}
