package versus

import (
	"errors"
	"io"
	"os"
	"testing"
	"time"
)

func TestTold(t *testing.T) {
	b := &told{TB: t}
	if took := Told(b, "250ms\n", nil); took != time.Second/4 || b.errors != 0 {
		t.Errorf("%v, %d errors", took, b.errors)
	}
	Told(b, "soon", nil)
	if Told(b, "250ms\n", errors.New("exit status 1")); b.errors != 2 {
		t.Errorf("%d errors, want 2", b.errors)
	}
}

// TestTell has what a program prints be read: the median, without the first round.
func TestTell(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	stdout := os.Stdout
	os.Stdout = w
	rounds := 0
	err = Tell(func(round int) error {
		if round != rounds {
			t.Errorf("round %d is the %d-th", round, rounds)
		}
		if rounds++; round == 0 {
			time.Sleep(time.Second)
		}
		return nil
	})
	os.Stdout = stdout
	w.Close()
	out, _ := io.ReadAll(r)
	if took := Told(t, string(out), err); took >= time.Second || rounds != 4 {
		t.Errorf("%v of %d rounds, want less than that of the first, of 4", took, rounds)
	}
	if bad := errors.New("bad"); Tell(func(int) error { return bad }) != bad {
		t.Error("the error is lost")
	}
}
