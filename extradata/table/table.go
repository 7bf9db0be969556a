// Package table joins many keys with one number or string per train into a table:
// a row for each train, a column for each key, as an Apache Arrow record, and
// writes it as Parquet, CSV or Arrow file. It is what EXtra-data's get_dataframe is.
package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/float16"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"extrapasha/extradata"
	psh "extrapasha/pasha"
	"extrapasha/run"
)

// TrainID is the name of the first column.
const TrainID = "trainId"

// ErrColumn is wrapped by errors of keys that cannot be a column: those with more
// than one value in an entry, or more than one entry in a train, or of a type
// that is no number, bool or string.
var ErrColumn = errors.New("not one value per train")

// Option changes what is in a table.
type Option func(*options)

type options struct{ timestamps bool }

// WithTimestamps adds the timestamps of control sources' keys as columns.
func WithTimestamps() Option { return func(o *options) { o.timestamps = true } }

// New makes a table of all keys in a collection: select those first. The first
// column is the train ID (uint64), the others are named SOURCE/KEY, without the
// ".value" of control sources, in the order of their names. There is a row for
// each train that any key has an entry for; where a key has none the value is
// null. The caller releases the record.
//
// The error wraps [ErrColumn] for a key that cannot be a column, or
// [extradata.ErrSelection] where there are no keys.
func New(data *extradata.DataCollection, opts ...Option) (arrow.RecordBatch, error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if ids, at := run.Ordered(data.TrainIDs()); at != nil { // a row a train
		inOrder, err := data.SelectTrains(func([]uint64) ([]uint64, error) { return ids, nil })
		if err != nil {
			return nil, fmt.Errorf("table: %w", err)
		}
		data = inOrder
	}
	keys, err := columns(data, o)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("table: %w: there are no keys to make columns of", extradata.ErrSelection)
	}
	rows := rowsOf(keys)
	arrays := make([]arrow.Array, len(keys)+1)
	defer func() {
		for _, array := range arrays {
			if array != nil {
				array.Release()
			}
		}
	}()
	err = each(keys, func(i int, key *extradata.KeyData) (err error) {
		arrays[i+1], err = columnOf(key, rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	arrays[0] = trainIDs(keys[0].TrainIDs(), rows)
	fields := []arrow.Field{{Name: TrainID, Type: arrow.PrimitiveTypes.Uint64}}
	for i, key := range keys {
		fields = append(fields, arrow.Field{Name: Name(key), Type: arrays[i+1].DataType(), Nullable: true})
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), arrays, int64(len(rows))), nil
}

// Name is the name of a key's column.
func Name(key *extradata.KeyData) string { return key.Source() + "/" + key.ShortKey() }

// columns are the keys of a collection that become columns.
func columns(data *extradata.DataCollection, o options) ([]*extradata.KeyData, error) {
	type column struct{ source, key string }
	var found []column
	for _, source := range data.AllSources() {
		names, err := data.Keys(source)
		if err != nil {
			return nil, fmt.Errorf("table: %w", err)
		}
		for _, name := range names {
			if o.timestamps || !strings.HasSuffix(name, ".timestamp") {
				found = append(found, column{source, name})
			}
		}
	}
	keys := make([]*extradata.KeyData, len(found))
	err := each(found, func(i int, column column) (err error) {
		keys[i], err = data.Key(column.source, column.key)
		if err == nil && (len(keys[i].EntryShape()) > 0 || slices.Max(append(keys[i].DataCounts(), 0)) > 1) {
			err = fmt.Errorf("%w: %v", ErrColumn, keys[i])
		}
		return err
	})
	return keys, err
}

// each calls f with all values on all cores. The error says which key it is
// about, so it does without the item's number.
func each[T any](values []T, f func(i int, value T) error) error {
	err := psh.Map(func(_, i int, value T) error { return f(i, value) }, psh.Slice(values), psh.On(psh.Threads(0)))
	if failed := (*psh.MapError)(nil); errors.As(err, &failed) {
		return fmt.Errorf("table: %w", failed.Err)
	}
	return err
}

// rowsOf are the positions of the trains that any key has an entry for. They are
// in the order of the files where that is the same for all keys, as in EXtra-data:
// suspect trains may be anywhere. Else they are in ascending order.
func rowsOf(keys []*extradata.KeyData) (rows []int) {
	order := keys[0].TrainIDCoordinates()
	present, same := make([]bool, keys[0].Len()), true
	for _, key := range keys {
		for i, count := range key.DataCounts() {
			present[i] = present[i] || count > 0
		}
		same = same && slices.Equal(key.TrainIDCoordinates(), order)
	}
	if same {
		positions := run.Positions{IDs: keys[0].TrainIDs()}
		for _, id := range order {
			row, _ := positions.Find(id)
			rows = append(rows, row)
		}
		return rows
	}
	for i, there := range present {
		if there {
			rows = append(rows, i)
		}
	}
	return rows
}

func trainIDs(ids []uint64, rows []int) arrow.Array {
	builder := array.NewUint64Builder(memory.DefaultAllocator)
	defer builder.Release()
	builder.Reserve(len(rows))
	for _, row := range rows {
		builder.UnsafeAppend(ids[row])
	}
	return builder.NewArray()
}

// columnOf reads a key into a column.
func columnOf(key *extradata.KeyData, rows []int) (arrow.Array, error) {
	data, err := key.ReadAny()
	if err != nil {
		return nil, err
	}
	allocator := memory.DefaultAllocator
	switch data := data.(type) {
	case psh.Array[bool]:
		return fill(array.NewBooleanBuilder(allocator), key, rows, data.Data), nil
	case psh.Array[int8]:
		return fill(array.NewInt8Builder(allocator), key, rows, data.Data), nil
	case psh.Array[int16]:
		return fill(array.NewInt16Builder(allocator), key, rows, data.Data), nil
	case psh.Array[int32]:
		return fill(array.NewInt32Builder(allocator), key, rows, data.Data), nil
	case psh.Array[int64]:
		return fill(array.NewInt64Builder(allocator), key, rows, data.Data), nil
	case psh.Array[uint8]:
		return fill(array.NewUint8Builder(allocator), key, rows, data.Data), nil
	case psh.Array[uint16]:
		return fill(array.NewUint16Builder(allocator), key, rows, data.Data), nil
	case psh.Array[uint32]:
		return fill(array.NewUint32Builder(allocator), key, rows, data.Data), nil
	case psh.Array[uint64]:
		return fill(array.NewUint64Builder(allocator), key, rows, data.Data), nil
	case psh.Array[psh.Float16]:
		halves := make([]float16.Num, len(data.Data))
		for i, half := range data.Data {
			halves[i] = float16.FromBits(half.Bits())
		}
		return fill(array.NewFloat16Builder(allocator), key, rows, halves), nil
	case psh.Array[float32]:
		return fill(array.NewFloat32Builder(allocator), key, rows, data.Data), nil
	case psh.Array[float64]:
		return fill(array.NewFloat64Builder(allocator), key, rows, data.Data), nil
	case psh.Array[string]:
		return fill(array.NewStringBuilder(allocator), key, rows, data.Data), nil
	}
	return nil, fmt.Errorf("%w: %v", ErrColumn, key)
}

// builder is what the column builders of Arrow have in common.
type builder[T any] interface {
	array.Builder
	Append(T)
}

// fill puts the values, one for each train with an entry, into the rows.
func fill[T any](b builder[T], key *extradata.KeyData, rows []int, values []T) arrow.Array {
	defer b.Release()
	b.Reserve(len(rows))
	where := entries(key)
	for _, row := range rows {
		if where[row] < 0 {
			b.AppendNull()
			continue
		}
		b.Append(values[where[row]])
	}
	return b.NewArray()
}

// entries tells which entry of a key belongs to each train, -1 for none.
func entries(key *extradata.KeyData) []int {
	where := slices.Repeat([]int{-1}, key.Len())
	positions := run.Positions{IDs: key.TrainIDs()}
	for i, id := range key.TrainIDCoordinates() {
		if row, ok := positions.Find(id); ok {
			where[row] = i
		}
	}
	return where
}
