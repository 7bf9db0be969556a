package export

import (
	"fmt"

	"extrapasha/extradata"
	"extrapasha/internal/h5"
)

// ReadOrigin reads what the results in an HDF5 or NetCDF 4 file are made of. The error
// wraps [extradata.ErrOrigin] where the file does not tell.
func ReadOrigin(path string) (extradata.Origin, error) {
	f, err := h5.Open(path)
	if err != nil {
		return extradata.Origin{}, fmt.Errorf("export: %w", err)
	}
	defer f.Close()
	attributes, err := f.Attributes("/")
	if err != nil {
		return extradata.Origin{}, fmt.Errorf("export: %w", err)
	}
	text, ok := attributes[extradata.OriginName].(string)
	if !ok {
		return extradata.Origin{}, fmt.Errorf("export: %s: %w: it has no attribute %s", path, extradata.ErrOrigin, extradata.OriginName)
	}
	origin, err := extradata.ParseOrigin(text)
	if err != nil {
		return extradata.Origin{}, fmt.Errorf("export: %s: %w", path, err)
	}
	return origin, nil
}
