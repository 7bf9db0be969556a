package conformance

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// judged is an answer that says for itself where it differs from what is expected.
type judged interface {
	differs(want json.RawMessage) string
}

// approx is an array, or without a shape a number, that has been worked out: the last digits
// depend on how.
type approx struct {
	values []float64
	shape  []int
}

// about is a number that has been worked out, null where there is none.
func about(value float64) approx { return approx{values: []float64{value}} }

// nearly is a list of such numbers.
func nearly(values []float64) approx { return approx{values, []int{len(values)}} }

func (n approx) differs(want json.RawMessage) string {
	var values []any
	if n.shape == nil {
		values = []any{decoded(want)}
	} else {
		object, _ := decoded(want).(map[string]any)
		values, _ = object["approx"].([]any)
		if shape := integers[int](object["shape"]); !slices.Equal(shape, n.shape) {
			return fmt.Sprintf("shape %v, want %v", n.shape, shape)
		}
	}
	if len(values) != len(n.values) {
		return fmt.Sprintf("%d values, want %s", len(n.values), short(want))
	}
	for i, value := range values {
		if wanted := floatOf(value); !isNear(n.values[i], wanted) {
			return fmt.Sprintf("[%d]: %v, want %v", i, n.values[i], wanted)
		}
	}
	return ""
}

func isNear(got, want float64) bool {
	off := math.Abs(got - want)
	return got == want || math.IsNaN(got) && math.IsNaN(want) || off <= 1e-6 || off <= 1e-5*math.Abs(want)
}

// floatOf is a number as the corpus writes it, NaN for null.
func floatOf(value any) float64 {
	switch value := value.(type) {
	case json.Number:
		f, _ := value.Float64()
		return f
	case string:
		f, err := strconv.ParseFloat(value, 64)
		if err != nil {
			panic(bad("%q is no number", value))
		}
		return f
	}
	return math.NaN()
}

// several is a list of answers.
type several []any

func (s several) differs(want json.RawMessage) string {
	var wanted []json.RawMessage
	if err := json.Unmarshal(want, &wanted); err != nil || len(wanted) != len(s) {
		return fmt.Sprintf("%d answers, want %s", len(s), short(want))
	}
	var wrong []string
	for i, answer := range s {
		if message := differs(wanted[i], answer); message != "" {
			wrong = append(wrong, fmt.Sprintf("[%d]: %s", i, message))
		}
	}
	return strings.Join(wrong, "; ")
}
