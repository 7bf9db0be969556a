package conformance

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
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
	cases map[string]*caseOf
	// unions are questions about two cases.
	unions []unionOf
}

// caseOf is a run, how it is opened, and what is asked about it.
type caseOf struct {
	Case   string
	Expect any
	Open   struct {
		Kind, Path, Data, Include string
		Proposal, Run             any
		Suspect                   *bool `json:"inc_suspect_trains"`
	}
	Checks []map[string]any

	corpus *corpus
}

type unionOf struct {
	A, B   string
	Expect any
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

// open reads a corpus. Its runs of proposals are those that OpenRun finds until the
// test ends.
func open(t *testing.T, dir string) *corpus {
	t.Helper()
	c := &corpus{dir: dir, runs: filepath.Join(t.TempDir(), "runs"), cases: map[string]*caseOf{}}
	if err := os.CopyFS(c.runs, os.DirFS(filepath.Join(dir, "runs"))); err != nil {
		t.Fatal(err)
	}
	t.Setenv("EXTRA_DATA_DATA_ROOT", filepath.Join(c.runs, "exp"))
	paths, _ := filepath.Glob(filepath.Join(dir, "expected", "*.json"))
	if len(paths) == 0 {
		t.Errorf("%s: no cases", dir)
	}
	for _, path := range paths {
		one := &caseOf{corpus: c}
		read(t, path, one)
		c.cases[one.Case] = one
	}
	if path := filepath.Join(dir, "unions.json"); exists(path) {
		read(t, path, &c.unions)
	}
	return c
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// read decodes a file; numbers keep all their digits.
func read(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(finite(text)))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
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
