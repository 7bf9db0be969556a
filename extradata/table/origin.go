package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/parquet/file"

	"extrapasha/extradata"
)

// WithOrigin is a table that tells what it is made of, see [extradata.DataCollection.Origin],
// in the metadata of its schema: Parquet and Arrow files have it. Both tables are released
// by the caller.
func WithOrigin(table arrow.RecordBatch, origin extradata.Origin) arrow.RecordBatch {
	metadata := table.Schema().Metadata()
	keys, values := append(metadata.Keys(), extradata.OriginName), append(metadata.Values(), origin.Text())
	told := arrow.NewMetadata(keys, values)
	return array.NewRecordBatch(arrow.NewSchema(table.Schema().Fields(), &told), table.Columns(), table.NumRows())
}

// ReadOrigin reads what a table in a Parquet or Arrow file is made of. The error wraps
// [extradata.ErrOrigin] where the file does not tell.
func ReadOrigin(path string) (extradata.Origin, error) {
	text, err := originText(path)
	if err != nil {
		return extradata.Origin{}, fmt.Errorf("table: %s: %w", path, err)
	}
	origin, err := extradata.ParseOrigin(text)
	if err != nil {
		return extradata.Origin{}, fmt.Errorf("table: %s: %w", path, err)
	}
	return origin, nil
}

func originText(path string) (text string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", errors.Unwrap(err)
	}
	defer f.Close()
	defer func() { // the readers of what is damaged may panic
		if reason := recover(); reason != nil {
			err = fmt.Errorf("%w: the file is damaged: %v", extradata.ErrOrigin, reason)
		}
	}()
	magic := make([]byte, 4)
	if _, err := io.ReadFull(f, magic); err != nil {
		return "", fmt.Errorf("%w: %w", extradata.ErrOrigin, err)
	}
	var found *string
	if bytes.Equal(magic, []byte("PAR1")) {
		r, err := file.NewParquetReader(f)
		if err != nil {
			return "", fmt.Errorf("%w: %w", extradata.ErrOrigin, err)
		}
		found = r.MetaData().KeyValueMetadata().FindValue(extradata.OriginName)
	} else {
		r, err := ipc.NewFileReader(f)
		if err != nil {
			return "", fmt.Errorf("%w: %w", extradata.ErrOrigin, err)
		}
		metadata := r.Schema().Metadata()
		if value, ok := metadata.GetValue(extradata.OriginName); ok {
			found = &value
		}
	}
	if found == nil {
		return "", fmt.Errorf("%w: its metadata have no %s", extradata.ErrOrigin, extradata.OriginName)
	}
	return *found, nil
}
