package versus

import (
	"errors"
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
