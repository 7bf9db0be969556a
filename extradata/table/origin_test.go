package table_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"extrapasha/extradata"
	"extrapasha/extradata/table"
)

// TestOrigin keeps what a table is made of, beside other metadata.
func TestOrigin(t *testing.T) {
	metadata := arrow.NewMetadata([]string{"other"}, []string{"1"})
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Int64}}, &metadata))
	defer b.Release()
	b.Field(0).(*array.Int64Builder).Append(7)
	plain := b.NewRecordBatch()
	defer plain.Release()
	want := extradata.Origin{Program: "β", Date: time.Unix(1000, 0).UTC(), Trains: [][2]uint64{{1, 3}}}
	told := table.WithOrigin(plain, want)
	defer told.Release()
	if _, ok := told.Schema().Metadata().GetValue("other"); !ok {
		t.Error("other metadata are lost")
	}
	dir := t.TempDir()
	for name, save := range map[string]func(string, arrow.RecordBatch) error{"x.parquet": table.SaveParquet, "x.arrow": table.SaveArrow} {
		path := filepath.Join(dir, name)
		if err := save(path, told); err != nil {
			t.Fatal(err)
		}
		if got, err := table.ReadOrigin(path); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if err := save(path, plain); err != nil {
			t.Fatal(err)
		}
		if _, err := table.ReadOrigin(path); !errors.Is(err, extradata.ErrOrigin) {
			t.Errorf("%s without: %v", name, err)
		}
		if err := os.Truncate(path, 20); err != nil {
			t.Fatal(err)
		}
		if _, err := table.ReadOrigin(path); !errors.Is(err, extradata.ErrOrigin) {
			t.Errorf("%s cut short: %v", name, err)
		}
	}
}
