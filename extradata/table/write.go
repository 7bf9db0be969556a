package table

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/csv"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"extrapasha/internal/pending"
)

// Endings are the names of files that [Save] knows.
var Endings = []string{".csv", ".parquet", ".arrow", ".md", ".html"}

// CanSave tells whether [Save] knows what a file of that name is to be. The error says
// what it could be.
func CanSave(path string) error {
	if ending := strings.ToLower(filepath.Ext(path)); !slices.Contains(Endings, ending) {
		return fmt.Errorf("%q: expected a name that ends with %s", path, strings.Join(Endings, ", "))
	}
	return nil
}

// Save writes a table as what the name of the file says: CSV, Parquet, Arrow, Markdown or
// HTML, see [Endings].
func Save(path string, table arrow.RecordBatch) error {
	if err := CanSave(path); err != nil {
		return fmt.Errorf("table: %w", err)
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".parquet":
		return SaveParquet(path, table)
	case ".arrow":
		return SaveArrow(path, table)
	case ".md":
		return SaveMarkdown(path, table)
	case ".html":
		return SaveHTML(path, table)
	}
	return SaveCSV(path, table)
}

// SaveParquet writes a table as a Parquet file, compressed with Snappy. Like the
// others here it appears complete or not at all.
func SaveParquet(path string, table arrow.RecordBatch) error {
	return save(path, func(w io.Writer) error {
		properties := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy))
		writer, err := pqarrow.NewFileWriter(table.Schema(), keepOpen{w}, properties, pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
		if err != nil {
			return err
		}
		if err := writer.Write(table); err != nil {
			return err
		}
		return writer.Close()
	})
}

// SaveCSV writes a table as text with a header line; what is null is empty.
func SaveCSV(path string, table arrow.RecordBatch) error {
	return save(path, func(w io.Writer) error {
		writer := csv.NewWriter(w, table.Schema(), csv.WithHeader(true), csv.WithNullWriter(""))
		if err := writer.Write(table); err != nil {
			return err
		}
		if err := writer.Flush(); err != nil {
			return err
		}
		return writer.Error()
	})
}

// SaveArrow writes a table as an Arrow file (Feather version 2), which can be mapped
// into memory.
func SaveArrow(path string, table arrow.RecordBatch) error {
	return save(path, func(w io.Writer) error {
		writer, err := ipc.NewFileWriter(w, ipc.WithSchema(table.Schema()))
		if err != nil {
			return err
		}
		if err := writer.Write(table); err != nil {
			return err
		}
		return writer.Close()
	})
}

// keepOpen hides that a writer can be closed: Parquet's would close it.
type keepOpen struct{ io.Writer }

func save(path string, write func(io.Writer) error) error {
	if err := pending.Write(path, 0o644, write); err != nil {
		return fmt.Errorf("table: %w", err)
	}
	return nil
}
