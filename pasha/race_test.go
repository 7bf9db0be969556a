//go:build race

package pasha_test

// With the race detector a round takes three times as long: the full number is for
// builds without it.
const defaultRounds = 10
