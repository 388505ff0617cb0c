//go:build race

package crashfs

const racing = true
