package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
)

func TestDiffers(t *testing.T) {
	for _, test := range []struct {
		want string
		got  any
		says string // empty where they do not differ
	}{
		{`[1, 2.0, "a", null]`, []any{uint64(1), 2, "a", nil}, ""},
		{`18446744073709551615`, uint64(math.MaxUint64), ""},
		{`18446744073709551614`, uint64(math.MaxUint64), `want "18446744073709551614", got "18446744073709551615"`},
		{`1e+16`, 1e16, ""},
		{`0.1`, 0.1, ""},
		{`0.1`, float64(float32(0.1)), `want "0.1", got "0.10000000149011612"`},
		{`"nan"`, number(math.NaN()), ""},
		{`"-inf"`, number(float32(math.Inf(-1))), ""},
		{`[1, 2]`, []int{1, 3}, `[1]: want "2", got "3"`},
		{`[1, 2]`, []int{1}, `want ["1","2"], got ["1"]`},
		{`{"a": 1}`, map[string]int{"a": 1, "b": 2}, `b: is not wanted, got "2"`},
		{`{"a": 1}`, map[string]int{}, `a: is missing, want "1"`},
		{`{"a": 1}`, fields{"a": 1, "b": 2}, ""},
		{`{"a": 1, "c": 3}`, fields{"a": 2, "b": 2}, `a: want "1", got "2"; c: not answered`},
		{`{"a": {"b": 1}}`, fields{"a": fields{"b": 1, "c": 2}}, ""},
		{`{"a": {"error":"ValueError"}}`, fields{"a": extradata.ErrSelection}, ""},
		{`{"a": 1}`, fields{"a": extradata.ErrSelection}, "a: bad selection"},
		{`{"error":"ValueError"}`, 1, "<nil>, want an error of kind ValueError"},
		{`{"error":"ValueError"}`, fmt.Errorf("in: %w", extradata.ErrSelection), ""},
		{`{"error":"IndexError"}`, extradata.ErrSelection, "bad selection, want an error of kind IndexError"},
		{`{"error":"Error"}`, errors.New("any"), ""},
		{`{"error":"StrangeError"}`, errors.New("any"), "errors of kind StrangeError are not known here"},
		{`[]`, fields{}, "want [], got 0 fields"},
		{`1`, math.NaN(), "the answer cannot be written: json: unsupported value: NaN"},
	} {
		if says := differs(json.RawMessage(test.want), test.got); says != test.says {
			t.Errorf("want %s, got %v: %q, should be %q", test.want, test.got, says, test.says)
		}
	}
}

func TestDifferenceIsShort(t *testing.T) {
	many := slices.Repeat([]string{"something"}, 10000)
	if says := differs(json.RawMessage(`{"a": []}`), map[string]any{"a": many}); len(says) > 500 {
		t.Errorf("%d bytes tell of a difference", len(says))
	}
}

func fails() (any, error) { panic("no such luck") }

func TestPanicIsTold(t *testing.T) {
	message := guarded(func() string { _, _ = fails(); return "" })
	for _, part := range []string{"no such luck", "conformance.fails", "judging_test.go"} {
		if !strings.Contains(message, part) {
			t.Errorf("%q does not tell %q", message, part)
		}
	}
	message = guarded(func() string { var none []int; return fmt.Sprint(none[len(none)]) })
	if !strings.Contains(message, "index out of range") || !strings.Contains(message, "judging_test.go") {
		t.Errorf("%q does not tell of the runtime's panic", message)
	}
}

func TestDigest(t *testing.T) {
	whole, err := psh.NewArray([]float64{1, 2, 3, 4, 5, 6}, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	column, err := psh.Along(whole, 1)
	if err != nil {
		t.Fatal(err)
	}
	var views []array
	err = psh.Map(func(_, _ int, view psh.Array[float64]) error {
		views = append(views, digestOf(view))
		return nil
	}, column, psh.On(psh.Serial()))
	if err != nil {
		t.Fatal(err)
	}
	odd, plain := math.Float64frombits(0xfff8<<48|5), math.Float64frombits(0x7ff8<<48)
	for _, test := range []struct {
		got  array
		line string // the sum is that of hashlib in Python
	}{
		{digestOf(whole), "float64 2x3 d73f023a3f852bf2e5c6d836cd36cd93"},
		{views[1], "float64 2 " + shaOf([]float64{2, 5})},
		{digest([]float64{odd}, []int{1}), "float64 1 " + shaOf([]float64{plain})},
		{digest([]string{"a", "", "µ"}, []int{3}), "string 3 f90ff1c3325dfb63f96a9d60240b4dda"},
		{digest([]uint8{}, []int{0}), "uint8 0 e3b0c44298fc1c149afbf4c8996fb924"},
		{digest([]bool{true, false}, []int{2}), "bool 2 " + shaOf([]uint8{1, 0})},
	} {
		if line := test.got.line(); line != test.line {
			t.Errorf("%s, want %s", line, test.line)
		}
	}
}

// recorder counts what a test would be told.
type recorder struct{ errors, logs []string }

func (*recorder) Helper()             {}
func (r *recorder) Error(args ...any) { r.errors = append(r.errors, fmt.Sprint(args...)) }
func (r *recorder) Log(args ...any)   { r.logs = append(r.logs, fmt.Sprint(args...)) }

// TestStrangeQuestions has a corpus ask what no corpus asks: each is a check that
// fails and says why.
func TestStrangeQuestions(t *testing.T) {
	quiet(t)
	c := corpusOf(t, `{"case": "one", "open": {"kind": "run", "path": "r0001"}, "expect": "ok", "checks": [
		{"op": "collection", "expect": {"legacy": {}}},
		{"op": "collection", "expect": {"colour": "red"}},
		{"op": "no-such-operation", "expect": 1},
		{"expect": 1},
		{"op": 3, "expect": 1},
		{"op": "select_trains", "kind": "by_mood", "value": 1, "expect": []},
		{"op": "select_trains", "kind": "index", "value": [1], "expect": []},
		{"op": "select_trains", "kind": "mask", "value": 7, "expect": []},
		{"op": "select", "globs": [["*", "*", "*"]], "require": "none", "expect": []},
		{"op": "select", "globs": [["*", "*"]], "require": "some", "expect": []},
		{"op": "chain", "steps": [["select"]], "expect": []},
		{"op": "collection", "colour": "red", "expect": {"legacy": {}}},
		{"op": "table", "expect": {}}
	]}`)
	told, counts := &recorder{}, newTally()
	judgeCase(told, c, "one", counts)
	for i, says := range []string{
		"colour: not answered", "no such operation", "no such operation", "no such operation", `kind "by_mood" is not known`,
		"a slice has 1 items", "a mask is json.Number", "a pair has 3 items", `require "some" is not known`, "a step has 1 items",
		"colour is not known here", "globs is <nil>",
	} {
		if i >= len(told.errors) || !strings.Contains(told.errors[i], says) {
			t.Errorf("%d: want %q among %q", i, says, told.errors)
			break
		}
	}
	if got := counts.counts["collection"]; got != (count{3, 2}) {
		t.Errorf("collection: %v", got)
	}
}

// corpusOf is a corpus of a case about the repository's own run.
func corpusOf(t *testing.T, text string) *corpus {
	t.Helper()
	dir := t.TempDir()
	run := os.DirFS("../../testdata/SPB/202601/p700000/raw/r0001")
	if err := os.CopyFS(filepath.Join(dir, "runs", "r0001"), run); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "expected"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "expected", "one.json"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return open(t, dir)
}

func TestPending(t *testing.T) {
	told, counts := &recorder{}, newTally()
	counts.pending = func(op string) bool { return op != "roi" }
	counts.note(told, "write", "it is not")
	counts.note(told, "stream", "")
	counts.note(told, "roi", "")
	if len(told.errors) > 0 || len(told.logs) != 1 {
		t.Errorf("told %q, %q", told.errors, told.logs)
	}
	if overdue := counts.overdue(); !slices.Equal(overdue, []string{"stream"}) {
		t.Errorf("overdue: %v", overdue)
	}
	counts.note(told, "roi", "it is not")
	if !slices.Equal(told.errors, []string{"it is not"}) {
		t.Errorf("told %q", told.errors)
	}
}

func TestNotFinite(t *testing.T) {
	got := string(finite([]byte(`{"NaN": [NaN, -Infinity, Infinity, "a \" NaN", 1]}`)))
	if want := `{"NaN": ["nan", "-inf", "inf", "a \" NaN", 1]}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
