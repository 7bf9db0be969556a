package conformance

import "os"

// Files that tests write are not locked: commands that other tests start meanwhile would
// inherit the lock, and hold it as long as they run.
func init() { _ = os.Setenv("HDF5_USE_FILE_LOCKING", "FALSE") }
