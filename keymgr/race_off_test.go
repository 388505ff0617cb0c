//go:build !race

package keymgr_test

const race = false
