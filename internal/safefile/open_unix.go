//go:build unix

package safefile

import "syscall"

// openWithoutWaiting keeps an exchanged name from hanging us: opening a pipe
// returns at once.
const openWithoutWaiting = syscall.O_NONBLOCK
