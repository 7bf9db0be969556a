// Package table joins many keys with one number or string per entry into a table: a
// row for each train, or for each pulse, a column for each key, as an Apache Arrow
// record, and writes it as Parquet, CSV, Arrow, Markdown or HTML file. It is what
// EXtra-data's get_dataframe and series are. [Of] makes tables of structs, [Get] reads a column.
package table

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"extrapasha/extradata"
	"extrapasha/internal/trains"
	"extrapasha/keydata"
	psh "extrapasha/pasha"
)

const (
	// TrainID is the name of the first column.
	TrainID = "trainId"
	// PulseID is the name of the second, where the rows are pulses.
	PulseID = "pulseId"
	// Entry is its name where the rows are entries that have no pulse ID: they are
	// counted in each train, from 0 on.
	Entry = "entry"
)

// ErrColumn is wrapped by errors of keys that cannot be a column: those with more
// than one value in an entry, or of a type that is no number, bool or string, or with
// entries that cannot be told to belong to those of others.
var ErrColumn = errors.New("cannot be a column")

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
// Where keys have several entries in a train there is a row for each of those, and a
// second column (uint64): [PulseID] where their groups have pulse IDs, on which keys of
// several sources are joined; else [Entry], the number of the entry in the train. Keys
// that have one entry a train are then repeated in all rows of it; trains that have
// only those have no row.
//
// The error wraps [ErrColumn] for a key that cannot be a column, or
// [extradata.ErrSelection] where there are no keys.
//
// A structured key has a column for each field, SOURCE/KEY.FIELD. What cannot be read for
// its type or form is left out, with a notice through log/slog.
func New(data *extradata.DataCollection, opts ...Option) (arrow.RecordBatch, error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if ids, at := trains.Ordered(data.TrainIDs()); at != nil { // a row a train
		inOrder, err := data.SelectTrains(exactly(ids))
		if err != nil {
			return nil, fmt.Errorf("table: %w", err)
		}
		data = inOrder
	}
	keys, err := columns(data, o)
	if err != nil {
		return nil, err
	}
	return tableOf(keys)
}

// Series is the table of a single key, with a column for each field of a structured one.
func Series(key *extradata.KeyData) (arrow.RecordBatch, error) {
	var err error
	if ids, at := trains.Ordered(key.TrainIDs()); at != nil {
		key, err = key.SelectTrains(exactly(ids))
	}
	var keys []*extradata.KeyData
	if err == nil {
		keys, err = columnsOf(key)
	}
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	return tableOf(keys)
}

func exactly(ids []uint64) extradata.TrainSelection {
	return func([]uint64) ([]uint64, error) { return ids, nil }
}

// tableOf is the table of keys for the same trains, which are in ascending order.
func tableOf(keys []*extradata.KeyData) (arrow.RecordBatch, error) {
	if len(keys) == 0 {
		return nil, fmt.Errorf("table: %w: there are no keys to make columns of", extradata.ErrSelection)
	}
	rows, err := rowsOf(keys)
	if err != nil {
		return nil, err
	}
	fields := []arrow.Field{{Name: TrainID, Type: arrow.PrimitiveTypes.Uint64}}
	arrays := []arrow.Array{numbers(arrow.PrimitiveTypes.Uint64, nil, rows.trainIDs)}
	if rows.entries != nil {
		fields = append(fields, arrow.Field{Name: rows.name, Type: arrow.PrimitiveTypes.Uint64})
		arrays = append(arrays, numbers(arrow.PrimitiveTypes.Uint64, nil, rows.entries))
	}
	index := len(arrays)
	arrays = append(arrays, make([]arrow.Array, len(keys))...)
	defer func() {
		for _, array := range arrays {
			if array != nil {
				array.Release()
			}
		}
	}()
	err = each(keys, func(i int, key *extradata.KeyData) (err error) {
		arrays[index+i], err = columnOf(key, rows.of(key))
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, key := range keys {
		fields = append(fields, arrow.Field{Name: Name(key), Type: arrays[index+i].DataType(), Nullable: true})
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), arrays, int64(len(rows.trainIDs))), nil
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
	keys := make([][]*extradata.KeyData, len(found))
	err := each(found, func(i int, column column) error {
		key, err := data.Key(column.source, column.key)
		if err == nil {
			keys[i], err = columnsOf(key)
		}
		if errors.Is(err, keydata.ErrUnreadable) {
			slog.Warn("a key is left out of a table", "source", column.source, "key", column.key, "error", err)
			return nil
		}
		return err
	})
	return slices.Concat(keys...), err
}

// columnsOf are the columns of a key: one, or one for each field that can be read. The
// error wraps [keydata.ErrUnreadable] where nothing can.
func columnsOf(key *extradata.KeyData) (columns []*extradata.KeyData, err error) {
	if key.DType() == keydata.Other {
		_, err := key.AnyReader()
		return nil, err
	}
	if key.DType() != keydata.Record {
		return []*extradata.KeyData{key}, check(key)
	}
	for _, field := range key.Fields() {
		if field.DType == keydata.Other {
			continue
		}
		column, err := key.Field(field.Name)
		if err == nil {
			err = check(column)
		}
		if err != nil {
			return nil, err
		}
		columns = append(columns, column)
	}
	return columns, nil
}

// check makes sure that an entry of a key is one value.
func check(key *extradata.KeyData) error {
	for _, length := range key.EntryShape() {
		if length != 1 {
			return fmt.Errorf("%w: %v: entries of shape %v, expected one value each", ErrColumn, key, key.EntryShape())
		}
	}
	return nil
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
