package extradata_test

import (
	"bytes"
	"encoding/gob"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"

	"extrapasha/extradata"
	"extrapasha/extradata/table"
	"extrapasha/internal/h5"
	"extrapasha/internal/h5/format"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

const oddSource = "A/DET/1:out"

// oddRun is a run of four trains with keys of sorts that are not read, and others.
func oddRun(t *testing.T) *extradata.DataCollection {
	t.Helper()
	path := filepath.Join(t.TempDir(), "RAW-R0001-DA01-S00000.h5")
	w, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	opaque := &format.Type{Class: format.Opaque, Size: 3}
	int16s := &format.Type{Class: format.Integer, Size: 2, Signed: true, Plain: true}
	record := &format.Type{Class: format.Compound, Size: 5, Members: []format.Member{{Name: "n", Type: int16s}, {Name: "blob", Offset: 2, Type: opaque}}}
	key := func(name string) string { return "INSTRUMENT/" + oddSource + "/data/" + name }
	trains, index := []int{4}, "INDEX/"+oddSource+"/data/"
	if err := errors.Join(
		h5.Put(w, "INDEX/trainId", trains, []uint64{10, 11, 12, 13}, h5.Layout{}),
		h5.Put(w, "INDEX/flag", trains, []int32{1, 1, 1, 1}, h5.Layout{}),
		h5.Put(w, index+"first", trains, []uint64{0, 1, 2, 3}, h5.Layout{}),
		h5.Put(w, index+"count", trains, []uint64{1, 1, 1, 1}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataFormatVersion", []int{1}, []string{"1.2"}, h5.Layout{}),
		h5.PutStrings(w, "METADATA/dataSources/dataSourceId", []int{1}, []string{"INSTRUMENT/" + oddSource + "/data"}, h5.Layout{}),
		h5.Put(w, key("good"), trains, []float32{1, 2, 3, 4}, h5.Layout{}),
		h5.Put(w, key("single"), nil, []float32{1}, h5.Layout{}),
		h5.PutRecords(w, key("opaque"), trains, opaque, make([]byte, 12), h5.Layout{}),
		h5.PutRecords(w, key("record"), trains, record, []byte("\x01\x00abc\x02\x00abc\x03\x00abc\x04\x00abc"), h5.Layout{}),
		w.Close(),
	); err != nil {
		t.Fatal(err)
	}
	run, err := extradata.H5File(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

// TestOddKeys reads trains of a source some of whose keys cannot be read: these are left
// out with a notice each, and are errors by name.
func TestOddKeys(t *testing.T) {
	var notices bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&notices, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	run := oddRun(t)
	for train, err := range run.Trains(false) {
		if err != nil {
			t.Fatal(err)
		}
		flat, err := train.Flat(true)
		if err != nil || len(flat) != 2 {
			t.Fatalf("train %d: %v, %v", train.ID, flat, err)
		}
		good := flat[extradata.SourceKey{Source: oddSource, Key: "data.good"}].(psh.Array[float32])
		records := flat[extradata.SourceKey{Source: oddSource, Key: "data.record"}].(extradata.Records)
		if n := records.Field("n").(psh.Array[int16]); float32(n.Data[0]) != good.Data[0] || records.Field("blob") != nil || len(records.Fields()) != 2 {
			t.Errorf("train %d: %v and %v", train.ID, good.Data, records)
		}
	}
	if n := strings.Count(notices.String(), "left out of trains"); n != 2 {
		t.Errorf("%d notices, want 2:\n%s", n, &notices)
	}
	for _, name := range []string{"data.single", "data.opaque"} {
		key, err := run.Key(oddSource, name)
		if err == nil {
			_, err = key.ReadAny()
		}
		if !errors.Is(err, keydata.ErrUnreadable) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, want ErrUnreadable", name, err)
		}
	}
	record, err := run.Key(oddSource, "data.record")
	if err != nil {
		t.Fatal(err)
	}
	blob, err := record.Field("blob")
	if err == nil {
		_, err = blob.ReadAny()
	}
	if !errors.Is(err, keydata.ErrUnreadable) || !strings.Contains(err.Error(), "data.record.blob") {
		t.Errorf("a field that cannot be read: %v, want ErrUnreadable", err)
	}
}

// TestOddKeysInTables makes a table of them: what can be read has columns, one for each
// field.
func TestOddKeysInTables(t *testing.T) {
	quiet(t)
	run := oddRun(t)
	record, err := table.New(run)
	if err != nil {
		t.Fatal(err)
	}
	defer record.Release()
	var names []string
	for _, field := range record.Schema().Fields() {
		names = append(names, field.Name)
	}
	if want := []string{"trainId", oddSource + "/data.good", oddSource + "/data.record.n"}; !slices.Equal(names, want) {
		t.Errorf("columns %q, want %q", names, want)
	}
	if n := record.Column(2).(*array.Int16).Int16Values(); !slices.Equal(n, []int16{1, 2, 3, 4}) {
		t.Errorf("field n: %v", n)
	}
	key, err := run.Key(oddSource, "data.opaque")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := table.Series(key); !errors.Is(err, keydata.ErrUnreadable) {
		t.Errorf("a series of it: %v, want ErrUnreadable", err)
	}
	if info, err := run.Info(); err != nil || !strings.Contains(info, oddSource) {
		t.Errorf("%q, %v", info, err)
	}
}

func init() { gob.Register(&extradata.TypedKey[faultHit]{}) }

var multiplicities = psh.Register("multiplicities", func(sums psh.Array[int32]) psh.Kernel[extradata.Entries[faultHit]] {
	return func(worker, index int, train extradata.Entries[faultHit]) error {
		for _, hit := range train.Array().Data {
			sums.Data[index] += hit.M
		}
		return nil
	}
})

var ofField = psh.Register("multiplicities of a field", func(sums psh.Array[int32]) psh.Kernel[extradata.Entries[int32]] {
	return func(worker, index int, train extradata.Entries[int32]) error {
		for _, m := range train.Array().Data {
			sums.Data[index] += m
		}
		return nil
	}
})

// TestRecordsCross maps over a structured key and over a field of one in worker processes.
func TestRecordsCross(t *testing.T) {
	run := faultRun(t, faultRow(t, "structured"))
	hits, err := extradata.Key[faultHit](run, faultCamera, "data.hits")
	if err != nil {
		t.Fatal(err)
	}
	m, err := hits.Field("m")
	if err != nil {
		t.Fatal(err)
	}
	field, err := keydata.As[int32](m)
	if err != nil {
		t.Fatal(err)
	}
	all, err := field.Read()
	if err != nil {
		t.Fatal(err)
	}
	want := make([]int32, faultTrains)
	for i, m := range all.Data {
		want[i/5] += m
	}
	ctx := processes(t, 2)
	structs, fields := alloc[int32](t, ctx, faultTrains), alloc[int32](t, ctx, faultTrains)
	err = errors.Join(multiplicities.Map(structs, hits, psh.On(ctx)), ofField.Map(fields, field, psh.On(ctx)))
	if err != nil || !slices.Equal(structs.Data, want) || !slices.Equal(fields.Data, want) {
		t.Errorf("%v and %v, want %v (%v)", structs.Data, fields.Data, want, err)
	}
}
