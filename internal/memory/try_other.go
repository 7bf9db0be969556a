//go:build !unix

package memory

// try is only possible where a mapping can be tried.
func try(int) error { return nil }
