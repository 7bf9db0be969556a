package main

import (
	"fmt"
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

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
