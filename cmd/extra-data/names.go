package main

import (
	"path/filepath"
	"strings"
)

// below is a path as seen from a directory that it lies in.
func below(dir, path string) string {
	if relative, err := filepath.Rel(dir, path); err == nil && relative != "." && !strings.HasPrefix(relative, "..") {
		return relative
	}
	return path
}
