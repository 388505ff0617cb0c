//go:build !unix

package safefile

// openWithoutWaiting has no meaning where pipes do not live among files.
const openWithoutWaiting = 0
