package cross_test

import (
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"extrapasha/internal/cross"
)

// TestFailure brings an error back such that errors.Is and errors.As find what they would
// in the original.
func TestFailure(t *testing.T) {
	sent := fmt.Errorf("in a file: %w", errors.Join(io.ErrUnexpectedEOF, &fs.PathError{Op: "open", Path: "/a", Err: syscall.ENOENT}, errors.New("else")))
	f := cross.NewFailure(sent)
	text, err := cross.Encode(&f)
	if err != nil {
		t.Fatal(err)
	}
	var came cross.Failure
	if err := cross.Decode(text, &came); err != nil {
		t.Fatal(err)
	}
	back := came.Err()
	var path *fs.PathError
	if back.Error() != sent.Error() || !errors.Is(back, io.ErrUnexpectedEOF) || errors.Is(back, io.EOF) || !errors.As(back, &path) || path.Path != "/a" {
		t.Errorf("%v, want %v", back, sent)
	}
}

// TestPanic keeps a value that gob knows, and the text of others.
func TestPanic(t *testing.T) {
	for want, value := range map[any]any{"text": "text", 7: 7, "{1}": struct{ a int }{1}} {
		text, err := cross.Panic{Value: value}.Encode()
		var came cross.Panic
		if err == nil {
			err = cross.Decode(text, &came)
		}
		if err != nil || came.Value != want {
			t.Errorf("%v came as %v: %v", value, came.Value, err)
		}
	}
}

type timed struct{ Text string }

func (timed) GobEncode() ([]byte, error) { return nil, nil }
func (*timed) GobDecode([]byte) error    { return nil }

// TestCheck finds what gob would leave out.
func TestCheck(t *testing.T) {
	gob.Register(timed{})
	for want, value := range map[string]any{
		"":                    struct{ A []int }{[]int{1}},
		"x.f is not exported": struct{ f int }{1},
		"x.F is a func()":     struct{ F func() }{func() {}},
		"give that field a na": struct {
			timed
			More int
		}{timed{"a"}, 1},
		"pass the array": []float64{1},
	} {
		c := cross.Check{
			Meet: func(any) {}, Whole: func(any) bool { return false },
			Shared: func([]byte) bool { return want == "pass the array" },
		}
		err := c.Value(reflect.ValueOf(value), "x")
		if want == "" && err != nil || want != "" && (!errors.Is(err, cross.Err) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestKeep notices what was written.
func TestKeep(t *testing.T) {
	args := struct{ A []int }{[]int{1, 2}}
	o := cross.Keep(&args, "args")
	if err := o.Lost(); err != nil {
		t.Error(err)
	}
	args.A[1] = 3
	if err := o.Lost(); !errors.Is(err, cross.Err) || !strings.Contains(err.Error(), "args.A[1]") {
		t.Errorf("%v, want args.A[1]", err)
	}
}
