// Package process starts worker processes of a crew and talks to them. A worker is the
// same executable started again; a socket connects the two, and when either end is gone
// the other knows. Workers do not outlive the process that started them.
package process
