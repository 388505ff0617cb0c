//go:build !race

package repodata

// RaceEnabled is for tests: see the other file.
const RaceEnabled = false
