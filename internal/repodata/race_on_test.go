//go:build race

package repodata

// RaceEnabled tells tests that everything takes ten times as long.
const RaceEnabled = true
