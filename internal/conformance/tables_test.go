package conformance

import (
	"fmt"
	"math"
	"reflect"

	"github.com/apache/arrow-go/v18/arrow"
	arrowarray "github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/float16"

	"extrapasha/extradata"
	"extrapasha/extradata/table"
	psh "extrapasha/pasha"
)

// column is one of a table: a slice of values, and for each whether it is missing.
type column struct {
	name    string
	values  any
	missing []bool
}

// columns are those of a table, behind the train IDs and the number of the entry.
func columns(record arrow.RecordBatch, err error) (ids []uint64, list []column, _ error) {
	if err != nil {
		return nil, nil, err
	}
	defer record.Release()
	for i, field := range record.Schema().Fields() {
		switch one := columnOf(field.Name, record.Column(i)); field.Name {
		case table.TrainID:
			ids = one.values.([]uint64)
		case table.PulseID, table.Entry:
		default:
			list = append(list, one)
		}
	}
	return ids, list, nil
}

func columnOf(name string, c arrow.Array) column {
	one := column{name: name, missing: make([]bool, c.Len())}
	for i := range one.missing {
		one.missing[i] = c.IsNull(i)
	}
	switch c := c.(type) {
	case *arrowarray.Boolean:
		one.values = valuesOf(c)
	case *arrowarray.Int8:
		one.values = valuesOf(c)
	case *arrowarray.Int16:
		one.values = valuesOf(c)
	case *arrowarray.Int32:
		one.values = valuesOf(c)
	case *arrowarray.Int64:
		one.values = valuesOf(c)
	case *arrowarray.Uint8:
		one.values = valuesOf(c)
	case *arrowarray.Uint16:
		one.values = valuesOf(c)
	case *arrowarray.Uint32:
		one.values = valuesOf(c)
	case *arrowarray.Uint64:
		one.values = valuesOf(c)
	case *arrowarray.Float16:
		one.values = halves(valuesOf(c))
	case *arrowarray.Float32:
		one.values = valuesOf(c)
	case *arrowarray.Float64:
		one.values = valuesOf(c)
	case *arrowarray.String:
		one.values = valuesOf(c)
	default:
		panic(fmt.Sprintf("a column of %v", c.DataType()))
	}
	return one
}

func valuesOf[T any](c interface {
	Value(int) T
	Len() int
}) []T {
	values := make([]T, c.Len())
	for i := range values {
		values[i] = c.Value(i)
	}
	return values
}

func halves(values []float16.Num) []psh.Float16 {
	out := make([]psh.Float16, len(values))
	for i, half := range values {
		out[i] = psh.Float16(half.Uint16())
	}
	return out
}

// filled is the values as pandas has them: what is missing is not a number, for which
// integers become float64.
func (c column) filled() any {
	v := reflect.ValueOf(c.values)
	switch {
	case c.count() == 0:
		return c.values
	case v.Type() == reflect.TypeFor[[]float32]():
		return filledWith(c.values.([]float32), c.missing, float32(math.NaN()))
	case v.Type() == reflect.TypeFor[[]psh.Float16]():
		return filledWith(c.values.([]psh.Float16), c.missing, psh.Float16(0x7e00))
	case !v.Type().Elem().ConvertibleTo(reflect.TypeFor[float64]()):
		panic(fmt.Sprintf("%s: %v with missing values has no digest", c.name, v.Type()))
	}
	floats := make([]float64, v.Len())
	for i := range floats {
		floats[i] = v.Index(i).Convert(reflect.TypeFor[float64]()).Float()
	}
	return filledWith(floats, c.missing, math.NaN())
}

func filledWith[T any](values []T, missing []bool, by T) []T {
	for i := range values {
		if missing[i] {
			values[i] = by
		}
	}
	return values
}

// count is how many values are missing.
func (c column) count() (n int) {
	for _, missing := range c.missing {
		if missing {
			n++
		}
	}
	return n
}

// split is the train IDs without a value, and the values that there are.
func (c column) split(ids []uint64) (without []uint64, values any) {
	v := reflect.ValueOf(c.values)
	there := reflect.MakeSlice(v.Type(), 0, v.Len())
	for i, missing := range c.missing {
		if missing {
			without = append(without, ids[i])
		} else {
			there = reflect.Append(there, v.Index(i))
		}
	}
	return without, there.Interface()
}

func (q question) selected() (*extradata.DataCollection, error) {
	return q.run.Select(globs(q.list("globs"), extradata.Glob)...)
}

func answerTable(q question) (any, error) {
	run, err := q.selected()
	if err != nil {
		return nil, err
	}
	ids, list, err := columns(table.New(run))
	if err != nil {
		return nil, err
	}
	names, data := []string{}, map[string]string{}
	for _, c := range list {
		names = append(names, c.name)
		data[c.name] = shaOf(c.filled())
	}
	return fields{"columns": names, "index": notNil(ids), "data": data}, nil
}

func answerFrame(q question) (any, error) {
	run, err := q.selected()
	if err != nil {
		return nil, err
	}
	var opts []table.Option
	if q.flag("timestamps") {
		opts = append(opts, table.WithTimestamps())
	}
	ids, list, err := columns(table.New(run, opts...))
	if err != nil {
		return nil, err
	}
	data := map[string]any{}
	for _, c := range list {
		without, values := c.split(ids)
		digest := digest(values, nil)
		data[c.name] = map[string]any{"dtype": digest.DType, "missing": notNil(without), "sha": digest.SHA}
	}
	return fields{"columns": data, "index": notNil(ids)}, nil
}

func answerSeries(q question) (any, error) {
	key, err := q.key()
	if err != nil {
		return nil, err
	}
	ids, list, err := columns(table.Series(key))
	if err != nil {
		return nil, err
	}
	values := digest(list[0].values, []int{len(ids)})
	return fields{"name": list[0].name, "index_name": "trainId", "index": notNil(ids), "values": values}, nil
}
