package run

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"extrapasha/internal/h5"
)

// Digest stands for the INDEX of the file: two files with the same trains, and as many
// entries of each source in each of them, have the same, wherever they are and however they
// store it. It is a SHA-256 of the path, length and numbers of each dataset, in
// hexadecimal.
func (f *File) Digest() (string, error) {
	sum := sha256.New()
	err := f.Use(func(file *h5.File) error {
		paths, err := file.Datasets("INDEX")
		if err != nil {
			return err
		}
		for _, path := range paths {
			numbers, err := numbersOf(file, "INDEX/"+path)
			if err != nil {
				return err
			}
			fmt.Fprintf(sum, "%s\x00%d\x00", path, len(numbers))
			if err := binary.Write(sum, binary.LittleEndian, numbers); err != nil {
				return err
			}
		}
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

// numbersOf reads integers or bools; there are none in a dataset of another type.
func numbersOf(file *h5.File, path string) ([]uint64, error) {
	dataset, err := file.Once(path)
	if err != nil {
		return nil, err
	}
	switch dtype := dataset.DType(); {
	case dtype == h5.Bool:
		flags, err := h5.ReadAll[bool](dataset)
		numbers := make([]uint64, len(flags))
		for i, flag := range flags {
			if flag {
				numbers[i] = 1
			}
		}
		return numbers, err
	case dtype >= h5.Int8 && dtype <= h5.Uint64:
		return readIntegers(dataset)
	}
	return nil, nil
}
