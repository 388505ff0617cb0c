package terminal

import "golang.org/x/sys/unix"

// The names of tty(4).
const (
	getTermios          = unix.TIOCGETA
	setTermios          = unix.TIOCSETA
	setTermiosDropInput = unix.TIOCSETAF
)
