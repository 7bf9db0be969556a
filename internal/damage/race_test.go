//go:build race

package damage

const raceDetector = true
