package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"extrapasha/extradata"
)

// A corpus holds runs, and what EXtra-data and its kin in Python answer on them. The
// corpora lie outside the repository, beside it; others of the same form are named in
// an environment variable, separated by colons.
const (
	corporaDir     = "../../../shared"
	corpusVariable = "EXTRAPASHA_CONFORMANCE"
)

type corpus struct {
	dir   string // its own, of which nothing is changed
	runs  string // of a copy: opening a run may leave a files map there
	cases []string
	// unions are questions about two cases.
	unions []unionOf
}

// caseOf is a run, how it is opened, and what is asked about it.
type caseOf struct {
	Case   string
	Expect json.RawMessage
	Open   struct {
		Kind, Path, Data, Include string
		Proposal, Run             any
		Suspect                   *bool `json:"inc_suspect_trains"`
	}
	Checks []check

	corpus *corpus
}

type unionOf struct {
	A, B   string
	Expect json.RawMessage
}

// check is a question and the answer that is expected. That stays a text, which is all
// that it takes to see that it is right; in a large run there are millions of values.
type check struct {
	arguments
	expect json.RawMessage
}

func (c *check) UnmarshalJSON(text []byte) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	c.arguments, c.expect = arguments{}, parts["expect"]
	delete(parts, "expect")
	for name, part := range parts {
		c.arguments[name] = decoded(part)
	}
	return nil
}

// corpora are the folders that hold something, such as expected answers: of those that
// are named, or of those beside the repository. The test is skipped where none does.
func corpora(t testing.TB, what string) (dirs []string) {
	t.Helper()
	candidates := filepath.SplitList(os.Getenv(corpusVariable))
	if len(candidates) == 0 {
		candidates, _ = filepath.Glob(filepath.Join(corporaDir, "*"))
	}
	for _, dir := range candidates {
		if !exists(filepath.Join(dir, what)) {
			continue
		}
		absolute, err := filepath.Abs(dir)
		if err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, absolute)
	}
	if len(dirs) == 0 {
		t.Skipf("no folder with %s in %s, nor among those that %s names", what, corporaDir, corpusVariable)
	}
	return dirs
}

// open opens a corpus. Its runs of proposals are those that OpenRun finds until the
// test ends.
func open(t *testing.T, dir string) *corpus {
	t.Helper()
	c := &corpus{dir: dir, runs: filepath.Join(t.TempDir(), "runs")}
	if err := os.CopyFS(c.runs, os.DirFS(filepath.Join(dir, "runs"))); err != nil {
		t.Fatal(err)
	}
	t.Setenv("EXTRA_DATA_DATA_ROOT", filepath.Join(c.runs, "exp"))
	paths, _ := filepath.Glob(filepath.Join(dir, "expected", "*.json"))
	if len(paths) == 0 {
		t.Errorf("%s: no cases", dir)
	}
	for _, path := range paths {
		c.cases = append(c.cases, strings.TrimSuffix(filepath.Base(path), ".json"))
	}
	if path := filepath.Join(dir, "unions.json"); exists(path) {
		if err := read(path, &c.unions); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// named reads a case of the corpus.
func (c *corpus) named(name string) *caseOf {
	one := &caseOf{corpus: c}
	if err := read(filepath.Join(c.dir, "expected", name+".json"), one); err != nil {
		panic(bad("%v", err))
	}
	return one
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// read decodes a file; numbers keep all their digits.
func read(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, finite(text)); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	decoder := json.NewDecoder(&compact)
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// notFinite are texts, and floats that are not finite, as Python writes them to JSON,
// which does not have them.
var notFinite = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|-?Infinity|NaN`)

// finite writes floats that are not finite as the corpora do elsewhere.
func finite(text []byte) []byte {
	if !bytes.Contains(text, []byte("NaN")) && !bytes.Contains(text, []byte("Infinity")) {
		return text
	}
	return notFinite.ReplaceAllFunc(text, func(token []byte) []byte {
		switch string(token) {
		case "NaN":
			return []byte(`"nan"`)
		case "Infinity":
			return []byte(`"inf"`)
		case "-Infinity":
			return []byte(`"-inf"`)
		}
		return token
	})
}

// open opens the run of a case.
func (c *caseOf) open() (*extradata.DataCollection, error) {
	var opts []extradata.Option
	if c.Open.Suspect != nil && !*c.Open.Suspect {
		opts = append(opts, extradata.WithoutSuspect())
	}
	path := filepath.Join(c.corpus.runs, c.Open.Path)
	switch c.Open.Kind {
	case "run":
		return extradata.RunDirectory(path, opts...)
	case "file":
		return extradata.H5File(path, opts...)
	case "open_run":
		return c.openRun(opts)
	}
	panic(bad("open.kind %q is not known here", c.Open.Kind))
}

func (c *caseOf) openRun(opts []extradata.Option) (*extradata.DataCollection, error) {
	if c.Open.Data != "" {
		opts = append(opts, extradata.Data(c.Open.Data))
	}
	if c.Open.Include != "" {
		opts = append(opts, extradata.Include(c.Open.Include))
	}
	return extradata.OpenRun(numberOrName(c.Open.Proposal), numberOrName(c.Open.Run), opts...)
}

// numberOrName is a number or name of a proposal or run.
func numberOrName(value any) string {
	if number, ok := value.(json.Number); ok {
		return number.String()
	}
	return as[string]("proposal or run", value)
}
