package table

import (
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"extrapasha/internal/closest"
)

// Get reads a column of a table of any number of columns: the value of each row, and
// whether there is one; where there is none it is the zero value. Both are copies. T is
// the type that the column has: a number, bool or string. The error wraps [ErrColumn]
// where there is no such column, with the names that come close, or it has another type.
func Get[T any](table arrow.RecordBatch, column string) (values []T, there []bool, err error) {
	at := table.Schema().FieldIndices(column)
	if at == nil {
		var names []string
		for _, field := range table.Schema().Fields() {
			names = append(names, field.Name)
		}
		return nil, nil, fmt.Errorf("table: %w: no column %q%s", ErrColumn, column, closest.Hint(closest.To(column, names)))
	}
	array := table.Column(at[0])
	of, ok := array.(interface{ Value(row int) T })
	if !ok {
		return nil, nil, fmt.Errorf("table: %w: column %q is of %v, not %T", ErrColumn, column, array.DataType(), *new(T))
	}
	values, there = make([]T, array.Len()), make([]bool, array.Len())
	for row := range values {
		if there[row] = array.IsValid(row); there[row] {
			values[row] = of.Value(row)
		}
	}
	if texts, ok := any(values).([]string); ok {
		for i, text := range texts {
			texts[i] = strings.Clone(text) // it is of the memory of the table
		}
	}
	return values, there, nil
}
