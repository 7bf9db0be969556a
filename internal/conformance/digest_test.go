package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"extrapasha/keydata"
)

// array is how the corpus writes an array. Its fields are in the order of their
// names, as maps are written.
type array struct {
	DType string `json:"dtype"`
	SHA   string `json:"sha"`
	Shape []int  `json:"shape"`
}

// line is the array in a digest of lines.
func (a array) line() string {
	dims := make([]string, len(a.Shape))
	for i, length := range a.Shape {
		dims[i] = fmt.Sprint(length)
	}
	return a.DType + " " + strings.Join(dims, "x") + " " + a.SHA
}

// digestOf is the digest of a psh.Array of any type.
func digestOf(a any) array {
	shaped, ok := a.(interface {
		Shape() []int
		Compact() bool
		Size() int
	})
	if !ok {
		panic(fmt.Sprintf("not an array: %T", a))
	}
	value := reflect.ValueOf(a)
	if !shaped.Compact() {
		value = value.MethodByName("Copy").Call(nil)[0]
	}
	data := value.FieldByName("Data").Slice(0, shaped.Size())
	return digest(data.Interface(), shaped.Shape())
}

// digest is the digest of a slice of values in C order.
func digest(values any, shape []int) array {
	name := "?"
	if dtype, ok := dtypes[reflect.TypeOf(values).Elem()]; ok {
		name = dtype.String()
	}
	return array{DType: name, Shape: notNil(shape), SHA: shaOf(values)}
}

// dtypes are the element types by their type in Go.
var dtypes = func() map[reflect.Type]keydata.DType {
	types := map[reflect.Type]keydata.DType{}
	for d := keydata.Bool; d <= keydata.String; d++ {
		types[d.Go()] = d
	}
	return types
}()

// shaOf is the sum of the elements of a slice, as they lie in memory: that is the
// order of bytes that the corpus has, on all machines that this runs on.
func shaOf(values any) string {
	if texts, ok := values.([]string); ok {
		return shaOfTexts(texts)
	}
	slice := reflect.ValueOf(plainNaNs(values))
	if slice.Len() == 0 {
		return sum("")
	}
	size := slice.Len() * int(slice.Type().Elem().Size())
	hash := sha256.Sum256(unsafe.Slice((*byte)(slice.UnsafePointer()), size))
	return hex.EncodeToString(hash[:])[:32]
}

func shaOfTexts(texts []string) string {
	hash := sha256.New()
	for i, text := range texts {
		if i > 0 {
			hash.Write([]byte{0})
		}
		io.WriteString(hash, text)
	}
	return hex.EncodeToString(hash.Sum(nil))[:32]
}

// plainNaNs writes every NaN as NumPy's, in a copy where there is another one.
func plainNaNs(values any) any {
	switch values := values.(type) {
	case []float32:
		return replaced(values, func(f float32) bool { return f != f && math.Float32bits(f) != 0x7fc00000 }, math.Float32frombits(0x7fc00000))
	case []float64:
		return replaced(values, func(f float64) bool { return f != f && math.Float64bits(f) != 0x7ff8<<48 }, math.Float64frombits(0x7ff8<<48))
	}
	return values
}

func replaced[T any](values []T, odd func(T) bool, by T) []T {
	first := slices.IndexFunc(values, odd)
	if first < 0 {
		return values
	}
	values = slices.Clone(values)
	for i := first; i < len(values); i++ {
		if odd(values[i]) {
			values[i] = by
		}
	}
	return values
}

func sum(text string) string {
	hash := sha256.Sum256(unsafe.Slice(unsafe.StringData(text), len(text)))
	return hex.EncodeToString(hash[:])[:32]
}

// sumOfLines is the digest of lines.
func sumOfLines(lines []string) string { return sum(strings.Join(lines, "\n")) }

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
