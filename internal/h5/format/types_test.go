package format

import (
	"errors"
	"slices"
	"testing"
)

// TestClaimedTypes has numbers whose parts do not fit into their bytes, or into each
// other: converting these would give any numbers.
func TestClaimedTypes(t *testing.T) {
	float := []byte{0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0}
	integer := []byte{0x10, 0x08, 0, 0, 4, 0, 0, 0, 0, 0, 32, 0}
	text := []byte{0x19, 1, 0, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0}
	for _, c := range []struct {
		name   string
		of     []byte
		at     int
		to     byte
		plain  bool
		refuse bool
	}{
		{"float32", float, 0, 0x11, true, false},
		{"a mantissa of 120 bits", float, 15, 120, false, true},
		{"no mantissa", float, 15, 0, false, true},
		{"an exponent beyond", float, 12, 27, false, true},
		{"an exponent in the mantissa", float, 12, 10, false, true},
		{"a sign beyond", float, 2, 32, false, true},
		{"33 bits", float, 10, 33, false, true},
		{"another bias", float, 16, 126, false, false},
		{"int32", integer, 0, 0x10, true, false},
		{"bits beyond", integer, 8, 1, false, true},
		{"no bits", integer, 10, 0, false, true},
		{"24 bits", integer, 10, 24, false, false},
		{"texts", text, 0, 0x19, false, false},
		{"texts of two bytes a character", text, 12, 2, false, true},
		{"texts that take 17 bytes", text, 4, 17, false, true},
	} {
		b := slices.Clone(c.of)
		b[c.at] = c.to
		parsed, err := parseType(b)
		if errors.Is(err, ErrCorrupt) != c.refuse || err == nil && parsed.Plain != c.plain {
			t.Errorf("%s: %v, %v", c.name, parsed, err)
		}
	}
}
