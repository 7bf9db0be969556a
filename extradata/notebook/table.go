package notebook

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/apache/arrow-go/v18/arrow"

	"extrapasha/internal/printable"
)

// ends is how many rows of a table are shown, from its start and from its end.
const ends = 5

// tableShown is the first rows of a table and the last. What is missing is empty.
func tableShown(batch arrow.RecordBatch) (shown, error) {
	t := struct {
		Names []string
		Rows  [][]string
		About string
	}{About: fmt.Sprintf("%d rows, %d columns", batch.NumRows(), batch.NumCols())}
	for _, field := range batch.Schema().Fields() {
		t.Names = append(t.Names, field.Name)
	}
	rows := int(batch.NumRows())
	for row := range rows {
		switch {
		case row < ends || row >= rows-ends:
			t.Rows = append(t.Rows, valuesOf(batch, row))
		case row == ends:
			t.Rows = append(t.Rows, strings.Split(strings.Repeat("…", len(t.Names)), ""))
		}
	}
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{t.Names}, t.Rows...) {
		for _, value := range row {
			fmt.Fprint(w, printable.Line(value), "\t")
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		return shown{}, err
	}
	html, err := rendered("table", t)
	return shown{text: text.String() + t.About, html: html}, err
}

func valuesOf(batch arrow.RecordBatch, row int) (values []string) {
	for _, column := range batch.Columns() {
		value := ""
		if column.IsValid(row) {
			value = column.ValueStr(row)
		}
		values = append(values, value)
	}
	return values
}
