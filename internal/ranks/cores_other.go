//go:build !linux

package ranks

import "runtime"

// machineCores is not known.
func machineCores() int { return runtime.NumCPU() }
