package table_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"extrapasha/extradata"
	"extrapasha/extradata/table"
	"extrapasha/internal/mockrun"
)

func open(t *testing.T, selections ...extradata.Selection) *extradata.DataCollection {
	t.Helper()
	run, err := extradata.RunDirectory("../../testdata/SPB/202601/p700000/raw/r0001")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	if len(selections) == 0 {
		return run
	}
	if run, err = run.Select(selections...); err != nil {
		t.Fatal(err)
	}
	return run
}

// sample is a table with a column of each kind, one of them with trains missing.
func sample(t *testing.T) arrow.RecordBatch {
	t.Helper()
	record, err := table.New(open(t,
		extradata.Glob("*MOTOR/1", "*"), extradata.Glob("*XGM/DOOCS", "state"), extradata.Glob("*CAM*", "data.image.exposureTime")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(record.Release)
	return record
}

func TestTable(t *testing.T) {
	record := sample(t)
	var names []string
	for _, field := range record.Schema().Fields() {
		names = append(names, field.Name+" "+field.Type.Name())
	}
	want := []string{
		"trainId uint64", mockrun.Camera(1) + "/data.image.exposureTime float32",
		mockrun.Motor(1) + "/actualPosition float64", mockrun.Motor(1) + "/encoderPosition int32", mockrun.Motor(1) + "/targetPosition float64",
		mockrun.XGM + "/state utf8",
	}
	if !slices.Equal(names, want) {
		t.Errorf("columns %q, want %q", names, want)
	}
	run := open(t)
	ids := record.Column(0).(*array.Uint64).Uint64Values()
	if !slices.Equal(ids, run.TrainIDs()) {
		t.Errorf("trains %v", ids)
	}
	camera, err := run.Key(mockrun.Camera(1), "data.image.exposureTime")
	if err != nil {
		t.Fatal(err)
	}
	for i, count := range camera.DataCounts() {
		if record.Column(1).IsNull(i) != (count == 0) {
			t.Errorf("train %d has %d entries, null is %v", ids[i], count, record.Column(1).IsNull(i))
		}
	}
	motor, err := extradata.Key[float64](run, mockrun.Motor(1), "actualPosition")
	if err != nil {
		t.Fatal(err)
	}
	positions, err := motor.Read()
	if err != nil || !slices.Equal(record.Column(2).(*array.Float64).Float64Values(), positions.Data) {
		t.Errorf("positions %v, want %v (%v)", record.Column(2), positions.Data, err)
	}
}

func TestTableErrors(t *testing.T) {
	if _, err := table.New(open(t, extradata.Glob("*XGM*:output", "data.*"))); !errors.Is(err, table.ErrColumn) || !strings.Contains(err.Error(), "intensityTD") {
		t.Errorf("a key of arrays: %v, want ErrColumn with its name", err)
	}
	none, err := open(t).Deselect(extradata.Glob("*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := table.New(none); !errors.Is(err, extradata.ErrSelection) {
		t.Errorf("no keys: %v, want ErrSelection", err)
	}
	stamps, err := table.New(open(t, extradata.Glob("*MOTOR/1", "*Position*")), table.WithTimestamps())
	if err != nil || stamps.NumCols() != 7 {
		t.Errorf("with timestamps: %v, %v", stamps, err)
	}
	stamps.Release()
}

func TestSave(t *testing.T) {
	record, dir := sample(t), t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(table.SaveParquet(path("t.parquet"), record), table.SaveCSV(path("t.csv"), record), table.SaveArrow(path("t.arrow"), record)); err != nil {
		t.Fatal(err)
	}
	check := func(name string, back arrow.RecordBatch) {
		t.Helper()
		if back.NumCols() != record.NumCols() {
			t.Fatalf("%s: %d columns, want %d", name, back.NumCols(), record.NumCols())
		}
		for i := range int(record.NumCols()) {
			if !array.Equal(back.Column(i), record.Column(i)) {
				t.Errorf("%s: column %d is %v, want %v", name, i, back.Column(i), record.Column(i))
			}
		}
	}
	text, err := os.ReadFile(path("t.arrow"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := ipc.NewFileReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	back, err := file.RecordBatch(0)
	if err != nil {
		t.Fatal(err)
	}
	check("arrow", back)

	opened, err := os.Open(path("t.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	whole, err := pqarrow.ReadTable(context.Background(), opened, parquet.NewReaderProperties(memory.DefaultAllocator), pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Release()
	batches := array.NewTableReader(whole, -1)
	defer batches.Release()
	batches.Next()
	check("parquet", batches.RecordBatch())

	csv, err := os.ReadFile(path("t.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(csv)), "\n")
	if len(lines) != int(record.NumRows())+1 || !strings.HasPrefix(lines[0], "trainId,") || !strings.HasPrefix(lines[1], "10000,") {
		t.Errorf("CSV:\n%s", csv)
	}
	if strings.Contains(string(csv), "NULL") || strings.Count(lines[1], ",") != 5 {
		t.Errorf("CSV:\n%s", csv)
	}

	// What cannot be written leaves nothing behind.
	if err := table.SaveParquet(filepath.Join(dir, "none", "t.parquet"), record); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no such directory: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 3 {
		t.Errorf("left behind: %v", entries)
	}
}
