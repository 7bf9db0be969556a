package clitest

import (
	"os"
	"path/filepath"

	"extrapasha/internal/h5"
)

// What is odd in names and units of a run: what a terminal obeys, a line of its own, a
// change of the direction of writing, a control character in two bytes of UTF-8.
const (
	bad      = "\x1b]0;title\x07\x1b[31mred\x1b[2J"
	OddMotor = "MID/MOTOR/X" + bad
	OddLine  = "A\nlooks like a line/B"
	OddKey   = "pos\u202e\u009b31m"
)

// Odd makes a run directory of control sources with such names, whose trains are 1 to 4.
func Odd(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	w, err := h5.Create(filepath.Join(dir, "RAW-R0001-DA01-S00000.h5"))
	if err != nil {
		return err
	}
	defer w.Discard()
	texts := func(path string, values ...string) {
		if err == nil {
			err = h5.PutStrings(w, path, []int{len(values)}, values, h5.Layout{})
		}
	}
	numbers := func(path string, values ...uint64) {
		if err == nil {
			err = h5.Put(w, path, []int{len(values)}, values, h5.Layout{})
		}
	}
	texts("METADATA/dataFormatVersion", "1.0")
	texts("METADATA/dataSources/dataSourceId", "CONTROL/"+OddMotor, "CONTROL/"+OddLine)
	numbers("INDEX/trainId", 1, 2, 3, 4)
	numbers("INDEX/timestamp", 1, 2, 3, 4)
	numbers("INDEX/flag", 1, 1, 1, 1)
	for _, source := range []string{OddMotor, OddLine} {
		numbers("INDEX/"+source+"/first", 0, 1, 2, 3)
		numbers("INDEX/"+source+"/count", 1, 1, 1, 0)
		numbers("CONTROL/"+source+"/"+OddKey+"/value", 5, 6, 7)
		numbers("CONTROL/"+source+"/"+OddKey+"/timestamp", 3, 2, 1)
		if err == nil {
			err = w.SetAttribute("CONTROL/"+source+"/"+OddKey+"/value", "unitSymbol", bad)
		}
	}
	if err != nil {
		return err
	}
	return w.Close()
}
