//go:build race

package keymgr_test

// race: everything takes ten times as long.
const race = true
