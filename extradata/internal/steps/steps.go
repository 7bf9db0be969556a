// Package steps does one thing after the other as a map does: it shows progress, and stops
// when it is told to.
package steps

import (
	"errors"
	"slices"

	psh "extrapasha/pasha"
)

// Do takes the steps in their order, until one fails, with the options of a map over them.
func Do(steps []func() error, options ...psh.MapOption) error {
	do := func(_, _ int, step func() error) error { return step() }
	err := psh.Map(do, psh.Slice(steps), append(slices.Clone(options), psh.On(psh.Serial()))...)
	if failed, ok := errors.AsType[*psh.MapError](err); ok {
		return failed.Err
	}
	return err
}
