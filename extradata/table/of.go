package table

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Of is a table of structs, such as [extradata.RunInfo]: a row for each, a column for each
// exported field. Its name is that of the field with a small first letter, or what the tag
// `table:"name"` says; with `table:"-"` there is none. The caller releases the record.
//
// Integers become int64 or uint64, floats float64. A [time.Duration] is a float64 in
// seconds, a [time.Time] a timestamp in UTC, an error its text, a list of strings a text
// with commas. What a nil pointer, error or interface, or the zero time stands for is null. A map from
// strings is a column for each of its keys that any row has, sorted; where the values of
// one are of several types, as text. The error wraps [ErrColumn] for fields of other types,
// and for names that are there twice.
func Of[T any](rows []T) (arrow.RecordBatch, error) {
	of := reflect.TypeFor[T]()
	if of.Kind() != reflect.Struct {
		return nil, fmt.Errorf("table: %w: rows are %v, expected structs", ErrColumn, of)
	}
	values := reflect.ValueOf(rows)
	var fields []arrow.Field
	var columns []arrow.Array
	defer func() {
		for _, column := range columns {
			column.Release()
		}
	}()
	for _, c := range fieldColumns(of, values) {
		if slices.ContainsFunc(fields, func(f arrow.Field) bool { return f.Name == c.name }) {
			return nil, fmt.Errorf("table: %w: %v has two of the name %q", ErrColumn, of, c.name)
		}
		column, err := c.array(len(rows))
		if err != nil {
			return nil, fmt.Errorf("table: %w: %v, %s: %w", ErrColumn, of, c.name, err)
		}
		fields = append(fields, arrow.Field{Name: c.name, Type: column.DataType(), Nullable: true})
		columns = append(columns, column)
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), columns, int64(len(rows))), nil
}

// fieldColumn is a column of what a field has in each row, which is not valid where there
// is nothing.
type fieldColumn struct {
	name string
	of   reflect.Type
	cell func(row int) reflect.Value
}

func fieldColumns(of reflect.Type, rows reflect.Value) (columns []fieldColumn) {
	for _, field := range reflect.VisibleFields(of) {
		name := columnName(field)
		if !field.IsExported() || field.Anonymous || name == "-" {
			continue
		}
		cell := func(row int) reflect.Value {
			value, err := rows.Index(row).FieldByIndexErr(field.Index)
			if err != nil { // in a struct that is not there
				return reflect.Value{}
			}
			return value
		}
		if field.Type.Kind() == reflect.Map && field.Type.Key().Kind() == reflect.String {
			columns = append(columns, mapColumns(field.Type, rows.Len(), cell)...)
			continue
		}
		columns = append(columns, fieldColumn{name, field.Type, cell})
	}
	return columns
}

func columnName(field reflect.StructField) string {
	if name := field.Tag.Get("table"); name != "" {
		return name
	}
	first, size := utf8.DecodeRuneInString(field.Name)
	return string(unicode.ToLower(first)) + field.Name[size:]
}

// mapColumns are those of a field that is a map.
func mapColumns(of reflect.Type, rows int, cell func(row int) reflect.Value) (columns []fieldColumn) {
	names := map[string]reflect.Value{}
	for row := range rows {
		if m := cell(row); m.IsValid() {
			for _, key := range m.MapKeys() {
				names[key.String()] = key
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		columns = append(columns, fieldColumn{name, of.Elem(), func(row int) reflect.Value {
			if m := cell(row); m.IsValid() {
				return m.MapIndex(names[name])
			}
			return reflect.Value{}
		}})
	}
	return columns
}

// array is the column.
func (c fieldColumn) array(rows int) (arrow.Array, error) {
	cells := make([]reflect.Value, rows)
	for row := range cells {
		cells[row] = plain(c.cell(row))
	}
	of, text, err := c.dataType(cells)
	if err != nil {
		return nil, err
	}
	b := array.NewBuilder(memory.DefaultAllocator, of)
	defer b.Release()
	for _, cell := range cells {
		switch {
		case !cell.IsValid():
			b.AppendNull()
		case text:
			b.(*array.StringBuilder).Append(fmt.Sprint(cell))
		default:
			appendCell(b, cell)
		}
	}
	return b.NewArray(), nil
}

// dataType is what a column is of: of an interface what is in it, text where that differs.
func (c fieldColumn) dataType(cells []reflect.Value) (of arrow.DataType, text bool, err error) {
	field := c.of
	for field.Kind() == reflect.Pointer {
		field = field.Elem()
	}
	if field.Kind() != reflect.Interface || field == reflect.TypeFor[error]() {
		of, err := dataTypeOf(field)
		return of, false, err
	}
	for _, cell := range cells {
		if !cell.IsValid() {
			continue
		}
		other, err := dataTypeOf(cell.Type())
		switch {
		case err != nil:
			return nil, false, err
		case of != nil && other != of:
			return arrow.BinaryTypes.String, true, nil
		}
		of = other
	}
	if of == nil {
		of = arrow.BinaryTypes.String
	}
	return of, false, nil
}

// dataTypeOf is how values of a type are kept.
func dataTypeOf(of reflect.Type) (arrow.DataType, error) {
	switch of {
	case reflect.TypeFor[time.Duration]():
		return arrow.PrimitiveTypes.Float64, nil
	case reflect.TypeFor[time.Time]():
		return timestamps, nil
	case reflect.TypeFor[error](), reflect.TypeFor[[]string]():
		return arrow.BinaryTypes.String, nil
	}
	switch of.Kind() {
	case reflect.Bool:
		return arrow.FixedWidthTypes.Boolean, nil
	case reflect.String:
		return arrow.BinaryTypes.String, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return arrow.PrimitiveTypes.Int64, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return arrow.PrimitiveTypes.Uint64, nil
	case reflect.Float32, reflect.Float64:
		return arrow.PrimitiveTypes.Float64, nil
	}
	return nil, errors.New("it is " + of.String() + ", expected numbers, texts, bools, times or errors")
}

var timestamps = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}

// plain is a value without what it is wrapped in; it is not valid where there is none.
func plain(value reflect.Value) reflect.Value {
	for value.IsValid() {
		switch v := value.Interface().(type) {
		case time.Duration:
			return reflect.ValueOf(v.Seconds())
		case []string:
			return reflect.ValueOf(strings.Join(v, ", "))
		case error:
			return reflect.ValueOf(v.Error())
		case time.Time:
			if v.IsZero() {
				return reflect.Value{}
			}
		}
		if value.Kind() != reflect.Pointer && value.Kind() != reflect.Interface {
			return value
		}
		value = value.Elem()
	}
	return value
}

func appendCell(b array.Builder, cell reflect.Value) {
	switch b := b.(type) {
	case *array.BooleanBuilder:
		b.Append(cell.Bool())
	case *array.StringBuilder:
		b.Append(cell.String())
	case *array.Int64Builder:
		b.Append(cell.Int())
	case *array.Uint64Builder:
		b.Append(cell.Uint())
	case *array.Float64Builder:
		b.Append(cell.Float())
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(cell.Interface().(time.Time).UnixMicro()))
	}
}
