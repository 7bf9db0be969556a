package filtertest_test

import (
	"bytes"
	"testing"

	"extrapasha/internal/h5/filter/filtertest"
)

// TestKnown has streams that the definitions of the filters tell by hand.
func TestKnown(t *testing.T) {
	for name, c := range map[string]struct{ got, want []byte }{
		"shuffled":    {filtertest.Shuffled([]byte{1, 2, 3, 4, 5}, 2), []byte{1, 3, 2, 4, 5}},
		"checksummed": {filtertest.Checksummed([]byte{0, 1, 0, 2}), []byte{0, 1, 0, 2, 3, 0, 4, 0}},
		"literals":    {filtertest.LZF([]byte{1, 2}), []byte{1, 1, 2}},
		"referring":   {filtertest.LZF([]byte{1, 2, 3, 4, 5, 6, 7, 5, 6, 7, 5, 6}), []byte{6, 1, 2, 3, 4, 5, 6, 7, 3 << 5, 2}},
	} {
		if !bytes.Equal(c.got, c.want) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
}
