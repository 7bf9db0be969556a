package npy

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"iter"
	"math"
)

// Digest is 16 hexadecimal digits that are the same if shape and all bits of the values
// are. All that is not a number counts as the same.
func Digest[T any](shape []int, values iter.Seq2[int, T]) string {
	sum := sha256.New()
	fmt.Fprint(sum, shape)
	for _, x := range values {
		digest(sum, x)
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:8])
}

func digest(sum hash.Hash, x any) {
	switch v := x.(type) {
	case float64:
		if v != v {
			x = math.NaN() // there are many
		}
	case float32:
		if v != v {
			x = float32(math.NaN())
		}
	}
	if err := binary.Write(sum, binary.LittleEndian, x); err != nil { // of no fixed size
		fmt.Fprintf(sum, "%#v\x00", x)
	}
}
