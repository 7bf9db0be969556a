//go:build !race

package pasha_test

const defaultRounds = 200
