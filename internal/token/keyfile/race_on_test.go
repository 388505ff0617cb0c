//go:build race

package keyfile_test

const race = true
