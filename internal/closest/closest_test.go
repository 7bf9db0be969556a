package closest_test

import (
	"slices"
	"testing"

	"extrapasha/internal/closest"
)

func TestTo(t *testing.T) {
	motors := []string{"SPB/MOTOR/X", "SPB/MOTOR/Y", "SPB/MOTOR/Z", "SPB/MOTOR/PHI", "SPB/CAM/1"}
	for name, want := range map[string][]string{
		"SPB/MOTOR/y": {"SPB/MOTOR/Y", "SPB/MOTOR/X", "SPB/MOTOR/Z"},
		"phi":         {"SPB/MOTOR/PHI"},
		"FXE":         {},
		"":            {},
	} {
		if got := closest.To(name, motors); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
	if got := closest.Hint([]string{"a", "b"}); got != `; did you mean "a" or "b"?` {
		t.Error(got)
	}
	if got := closest.Hint(nil); got != "" {
		t.Error(got)
	}
}
