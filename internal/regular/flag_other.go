//go:build !unix

package regular

// atOnce is of Unix only: elsewhere no file of another kind has a name in a directory.
const atOnce = 0
