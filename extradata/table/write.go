package table

import (
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/csv"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"extrapasha/internal/pending"
)

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
