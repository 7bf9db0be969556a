// Package examples holds the text of the example programs, for copies to start from.
package examples

import "embed"

// Sources are the directories of the programs. Each is a program that needs no other
// package of here but example, and none that is internal: it can be copied into any
// module.
//
//go:embed */*.go
var Sources embed.FS
