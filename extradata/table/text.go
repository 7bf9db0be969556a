package table

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
)

// WriteMarkdown writes a table as Markdown has it, with columns aligned: numbers to the
// right. What is null is empty; characters that mean something there are escaped.
func WriteMarkdown(w io.Writer, table arrow.RecordBatch) error {
	escape := strings.NewReplacer(`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "<", "&lt;", "&", "&amp;", "\r", " ", "\n", " ").Replace
	cells := texts(table, escape)
	rule, widths := make([]string, len(cells)), make([]int, len(cells))
	for i, column := range cells {
		widths[i] = 3
		for _, cell := range column {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
		rule[i] = strings.Repeat("-", widths[i])
		if rightAligned(table, i) {
			rule[i] = rule[i][1:] + ":"
		}
	}
	out := bufio.NewWriter(w)
	for row := range table.NumRows() + 1 {
		for i, column := range cells {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(column[row]))
			if rightAligned(table, i) {
				fmt.Fprintf(out, "| %s%s ", pad, column[row])
			} else {
				fmt.Fprintf(out, "| %s%s ", column[row], pad)
			}
		}
		fmt.Fprintln(out, "|")
		if row == 0 {
			fmt.Fprintf(out, "| %s |\n", strings.Join(rule, " | "))
		}
	}
	return out.Flush()
}

// WriteHTML writes a table as an HTML element, table. What is null is empty.
func WriteHTML(w io.Writer, table arrow.RecordBatch) error {
	cells := texts(table, html.EscapeString)
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "<table>")
	for row := range table.NumRows() + 1 {
		cell := "td"
		if row == 0 {
			cell = "th"
		}
		fmt.Fprint(out, "<tr>")
		for i, column := range cells {
			style := ""
			if rightAligned(table, i) {
				style = ` style="text-align: right"`
			}
			fmt.Fprintf(out, "<%s%s>%s</%s>", cell, style, column[row], cell)
		}
		fmt.Fprintln(out, "</tr>")
	}
	fmt.Fprintln(out, "</table>")
	return out.Flush()
}

// texts are the cells of each column, the name in front.
func texts(table arrow.RecordBatch, escape func(string) string) [][]string {
	columns := make([][]string, table.NumCols())
	for i, column := range table.Columns() {
		columns[i] = append(columns[i], escape(table.ColumnName(i)))
		for row := range column.Len() {
			text := ""
			if !column.IsNull(row) {
				text = escape(column.ValueStr(row))
			}
			columns[i] = append(columns[i], text)
		}
	}
	return columns
}

// rightAligned tells whether a column is of numbers.
func rightAligned(table arrow.RecordBatch, column int) bool {
	id := table.Column(column).DataType().ID()
	return arrow.IsInteger(id) || arrow.IsFloating(id)
}

// SaveMarkdown writes a table as [WriteMarkdown] does to a file.
func SaveMarkdown(path string, table arrow.RecordBatch) error {
	return save(path, func(w io.Writer) error { return WriteMarkdown(w, table) })
}

// SaveHTML writes a table as a page of HTML, see [WriteHTML].
func SaveHTML(path string, table arrow.RecordBatch) error {
	return save(path, func(w io.Writer) error {
		if _, err := io.WriteString(w, "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>Table</title>\n"); err != nil {
			return err
		}
		return WriteHTML(w, table)
	})
}
