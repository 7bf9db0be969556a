package pasha_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sbinet/npyio/npy"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	psh "extrapasha/pasha"
)

// judged has npyio read what we write, and us what it writes: numbers in one dimension.
func judged[T comparable](t *rapid.T, value *rapid.Generator[T]) {
	values := rapid.SliceOfN(value, 1, 9).Draw(t, "values")
	var ours, theirs bytes.Buffer
	if err := errors.Join(must(psh.NewArray(values)).WriteNPY(&ours), npy.Write(&theirs, values)); err != nil {
		t.Fatal(err)
	}
	var read []T
	if err := npy.Read(&ours, &read); err != nil || !slices.Equal(read, values) {
		t.Fatalf("%T: npyio reads %v, %v of %v", values, read, err, values)
	}
	if back, err := psh.ReadNPY[T](&theirs); err != nil || !slices.Equal(back.Data, values) {
		t.Fatalf("%T: we read %v, %v of %v that npyio wrote", values, back.Data, err, values)
	}
}

func TestNPYIOJudges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		judged(t, rapid.Bool())
		judged(t, rapid.Int8())
		judged(t, rapid.Int16())
		judged(t, rapid.Int32())
		judged(t, rapid.Int64())
		judged(t, rapid.Uint8())
		judged(t, rapid.Uint16())
		judged(t, rapid.Uint32())
		judged(t, rapid.Uint64())
		judged(t, rapid.Float32())
		judged(t, rapid.Float64())
		judged(t, rapid.Map(rapid.Float64(), func(x float64) complex128 { return complex(x, -x) }))
	})
}

// TestNPYIOJudgesMatrices has it read and write two dimensions, in both orders.
func TestNPYIOJudgesMatrices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 5).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "columns")
		a := must(psh.NewArray(rapid.SliceOfN(rapid.Float64(), rows*columns, rows*columns).Draw(t, "data"), rows, columns))
		if rapid.Bool().Draw(t, "transposed") {
			a = a.T()
		}
		var ours, theirs bytes.Buffer
		if err := a.WriteNPY(&ours); err != nil {
			t.Fatal(err)
		}
		var read mat.Dense
		if err := npy.Read(&ours, &read); err != nil || !slices.Equal(elements(psh.FromDense(&read)), elements(a)) {
			t.Fatalf("npyio reads %v, %v of %v", elements(psh.FromDense(&read)), err, elements(a))
		}
		if err := npy.Write(&theirs, &read); err != nil {
			t.Fatal(err)
		}
		back, err := psh.ReadNPY[float64](&theirs)
		if err != nil || !slices.Equal(back.Shape(), a.Shape()) || !slices.Equal(elements(back), elements(a)) {
			t.Fatalf("we read %v, %v of %v that npyio wrote", elements(back), err, elements(a))
		}
	})
}

// TestNPYHeaders reads headers of others than NumPy, which npyio by itself would not, or
// not right.
func TestNPYHeaders(t *testing.T) {
	for _, c := range []struct {
		version byte
		header  string
		want    string // shape and elements in C order, none for an error
	}{
		{1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", "[2 3] [0 1 2 3 4 5]"},
		{1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", "[2 3] [0 2 4 1 3 5]"},
		{2, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", "[2 3] [0 1 2 3 4 5]"},
		{3, "{'shape': (6,), 'fortran_order': False, 'descr': '<f4'}", "[6] [0 1 2 3 4 5]"},
		{2, "{\"descr\":\"<f4\",\"fortran_order\":False,\"shape\":(3,2)}", "[3 2] [0 1 2 3 4 5]"},
		{1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }", "[2 3] [0 1 2 3 4 5]"},
		{1, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "[] [0]"},
		{1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 1, 3, 1), }", "[1 2 1 3 1] [0 1 2 3 4 5]"},
		{1, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }", "[0 3] []"},
		{2, "{'descr': '<f4', 'fortran_order': False, 'shape': (" + strings.Repeat("0", 200_000) + "6,), }", ""},
		{1, "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (6,), }", ""},
		{1, "{'descr': '<f4', 'fortran_order': Yes, 'shape': (6,), }", ""},
		{1, "'shape': ()'fortran_order': 'descr': '", ""},
	} {
		file := append([]byte("\x93NUMPY"), c.version, 0, byte(len(c.header)), byte(len(c.header)>>8))
		if c.version > 1 {
			file = append(file, byte(len(c.header)>>16), 0)
		}
		file = append(file, c.header...)
		for i := range 6 {
			file = append(file, must(npyBytes(float32(i)))...)
		}
		a, err := psh.ReadNPY[float32](bytes.NewReader(file))
		if c.want == "" {
			if !errors.Is(err, psh.ErrNPY) || len(err.Error()) > 500 {
				t.Errorf("%.60s: %v, want ErrNPY", c.header, err)
			}
			continue
		}
		if got := fmt.Sprint(a.Shape(), elements(a)); err != nil || got != c.want {
			t.Errorf("%s: %s, %v, want %s", c.header, got, err, c.want)
		}
	}
}

func npyBytes(x float32) ([]byte, error) {
	return binary.Append(nil, binary.LittleEndian, x)
}
