package write

import "errors"

// ErrSource is wrapped where a file is to be written that the data comes from.
var ErrSource = errors.New("it is a file that the data comes from:")
