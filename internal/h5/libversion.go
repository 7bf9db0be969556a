package h5

import (
	"fmt"

	"gonum.org/v1/hdf5"
)

// LibraryVersion is that of the libhdf5 that is loaded: "1.10.8".
func LibraryVersion() (string, error) {
	var version hdf5.Version
	err := locked(func() (err error) {
		version, err = hdf5.LibVersion()
		return err
	})
	if err != nil {
		return "", fmt.Errorf("h5: version of libhdf5: %w", err)
	}
	return fmt.Sprintf("%d.%d.%d", version.Major, version.Minor, version.Release), nil
}
