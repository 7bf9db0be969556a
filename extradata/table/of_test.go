package table_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"pgregory.net/rapid"

	"extrapasha/extradata/table"
)

type common struct{ Run int }

type row struct {
	common
	Trains   uint16
	Part     float32 `table:"part of it"`
	Duration time.Duration
	Start    time.Time
	Moved    []string
	Dark     *bool
	Values   map[string]any
	Counts   map[string]int
	Note     any
	Err      error  `table:"error"`
	Left     func() `table:"-"`
	hidden   string
}

func some(t *testing.T) arrow.RecordBatch {
	t.Helper()
	yes := true
	record, err := table.Of([]row{
		{common: common{1}, Trains: 10, Part: 0.5, Duration: 1500 * time.Millisecond, Start: time.Unix(3, 0), Moved: []string{"a", "b"}, Dark: &yes,
			Values: map[string]any{"x": 1.5, "state": "ON", "odd": 2.0}, Counts: map[string]int{"n": 3}, Note: 7, hidden: "h"},
		{common: common{2}, Err: errors.New("a | <b>\n_c_"), Values: map[string]any{"odd": "text"}, Note: nil},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(record.Release)
	return record
}

func TestOf(t *testing.T) {
	record := some(t)
	var columns []string
	for _, field := range record.Schema().Fields() {
		columns = append(columns, field.Name+" "+field.Type.Name())
	}
	want := []string{"run int64", "trains uint64", "part of it float64", "duration float64", "start timestamp", "moved utf8", "dark bool",
		"odd utf8", "state utf8", "x float64", "n int64", "note int64", "error utf8"}
	if !slices.Equal(columns, want) {
		t.Errorf("%q, want %q", columns, want)
	}
	var text bytes.Buffer
	if err := table.WriteMarkdown(&text, record); err != nil {
		t.Fatal(err)
	}
	const markdown = `
| run | trains | part of it | duration | start                | moved | dark | odd  | state |   x |   n | note | error           |
| --: | -----: | ---------: | -------: | -------------------- | ----- | ---- | ---- | ----- | --: | --: | ---: | --------------- |
|   1 |     10 |        0.5 |      1.5 | 1970-01-01T00:00:03Z | a, b  | true | 2    | ON    | 1.5 |   3 |    7 |                 |
|   2 |      0 |          0 |        0 |                      |       |      | text |       |     |     |      | a \| &lt;b> _c_ |
`
	got := strings.Split(text.String(), "\n")
	for i, line := range strings.Split(markdown[1:], "\n") {
		if i >= len(got) || got[i] != line {
			t.Errorf("line %d of\n%s, want\n%s", i, text.String(), line)
		}
	}
}

func TestGet(t *testing.T) {
	record := some(t)
	runs, there, err := table.Get[int64](record, "run")
	if err != nil || !slices.Equal(runs, []int64{1, 2}) || !slices.Equal(there, []bool{true, true}) {
		t.Errorf("%v, %v, %v", runs, there, err)
	}
	states, there, err := table.Get[string](record, "state")
	if err != nil || !slices.Equal(states, []string{"ON", ""}) || !slices.Equal(there, []bool{true, false}) {
		t.Errorf("%q, %v, %v", states, there, err)
	}
	if dark, there, err := table.Get[bool](record, "dark"); err != nil || !dark[0] || there[1] {
		t.Errorf("%v, %v, %v", dark, there, err)
	}
	for column, says := range map[string]string{"runs": `did you mean "run"`, "x": "float64, not int"} {
		if _, _, err := table.Get[int](record, column); !errors.Is(err, table.ErrColumn) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", column, err, says)
		}
	}
}

// TestOfAny has numbers come back as they went in.
func TestOfAny(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type one struct {
			X float64
			N int32
			S string
		}
		rows := rapid.SliceOf(rapid.Custom(func(t *rapid.T) one {
			return one{rapid.Float64().Draw(t, "x"), rapid.Int32().Draw(t, "n"), rapid.String().Draw(t, "s")}
		})).Draw(t, "rows")
		record, err := table.Of(rows)
		if err != nil {
			t.Fatal(err)
		}
		defer record.Release()
		xs, _, err1 := table.Get[float64](record, "x")
		ns, _, err2 := table.Get[int64](record, "n")
		texts, _, err3 := table.Get[string](record, "s")
		if err := errors.Join(err1, err2, err3); err != nil || len(xs) != len(rows) {
			t.Fatal(err, len(xs))
		}
		for i, row := range rows {
			if math.Float64bits(xs[i]) != math.Float64bits(row.X) || ns[i] != int64(row.N) || texts[i] != row.S {
				t.Fatalf("row %d: %v, %v, %q, want %v", i, xs[i], ns[i], texts[i], row)
			}
		}
	})
}

func TestOfErrors(t *testing.T) {
	_, scalar := table.Of([]int{1})
	_, complex := table.Of([]struct{ X complex128 }{{1}})
	_, list := table.Of([]struct{ X any }{{[]int{1}}})
	_, twice := table.Of([]struct {
		X int
		Y int `table:"x"`
	}{{1, 2}})
	for _, err := range []error{scalar, complex, list, twice} {
		if !errors.Is(err, table.ErrColumn) {
			t.Error(err)
		}
	}
}

// TestSaveTexts writes files that appear complete.
func TestSaveTexts(t *testing.T) {
	record, dir := some(t), t.TempDir()
	for _, name := range []string{"t.md", "t.html", "t.csv", "t.parquet", "t.arrow"} {
		path := filepath.Join(dir, name)
		if err := table.Save(path, record); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if text, err := os.ReadFile(path); err != nil || len(text) == 0 {
			t.Errorf("%s: %v", name, err)
		} else if name == "t.html" && (!strings.Contains(string(text), "<td>a | &lt;b&gt;\n_c_</td>") || strings.Count(string(text), "<tr>") != 3) {
			t.Errorf("%s", text)
		}
		if err := table.Save(filepath.Join(dir, "none", name), record); err == nil || !strings.HasPrefix(err.Error(), "table: cannot write ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := table.Save(filepath.Join(dir, "t.xls"), record); err == nil || !strings.Contains(err.Error(), ".parquet") {
		t.Errorf("a name that tells nothing: %v", err)
	}
}
