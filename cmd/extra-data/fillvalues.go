package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// fillValues are what a flag says that fills in for missing data: "NAME=VALUE", or NAME and
// VALUE as two arguments, of which the flag gets the first.
type fillValues struct {
	args  func() int // how many arguments that are no flags have been read
	given []fillValue
}

type fillValue struct {
	name, value string
	at          int // of the value among the arguments, -1 where it is known
}

// String is what is given.
func (f *fillValues) String() string {
	names := make([]string, len(f.given))
	for i, one := range f.given {
		names[i] = one.name
	}
	return strings.Join(names, ",")
}

// Type is what help calls it.
func (f *fillValues) Type() string { return "NAME=VALUE" }

// Set reads one.
func (f *fillValues) Set(text string) error {
	name, value, whole := strings.Cut(text, "=")
	at := -1
	if !whole {
		at = f.args()
		for _, one := range f.given {
			if one.at == at {
				return fmt.Errorf("%q has no value", one.name)
			}
		}
	}
	f.given = append(f.given, fillValue{name, value, at})
	return nil
}

// take takes the values out of the arguments.
func (f *fillValues) take(args []string) (rest []string, fill map[string]float64, err error) {
	rest, fill = slices.Clone(args), map[string]float64{}
	for _, one := range slices.Backward(f.given) {
		if one.at == len(rest) {
			return nil, nil, fmt.Errorf("--fill-value %s has no value", one.name)
		}
		if one.at >= 0 {
			one.value = rest[one.at]
			rest = slices.Delete(rest, one.at, one.at+1)
		}
		value, err := parseNumber(one.value)
		if err != nil {
			return nil, nil, fmt.Errorf("--fill-value %s %q: expected a number", one.name, one.value)
		}
		if _, later := fill[one.name]; !later { // which counts
			fill[one.name] = value
		}
	}
	return rest, fill, nil
}

// parseNumber understands 1.5, nan, and 0xff.
func parseNumber(text string) (float64, error) {
	if number, err := strconv.ParseFloat(text, 64); err == nil {
		return number, nil
	}
	number, err := strconv.ParseInt(text, 0, 64)
	return float64(number), err
}
