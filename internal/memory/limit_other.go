//go:build !linux

package memory

func readLimit() (most uint64, of string) { return unlimited, "the most that can be addressed is" }
