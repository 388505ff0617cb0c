package terminal

import "golang.org/x/sys/unix"

// The names of tty(4).
const (
	getTermios          = unix.TIOCGETA
	setTermios          = unix.TIOCSETA
	setTermiosDropInput = unix.TIOCSETAF
)

// dropInput drops what was typed and not read yet; 1 is FREAD.
func dropInput(fd int) error { return unix.IoctlSetPointerInt(fd, unix.TIOCFLUSH, 1) }

// stopless lets control-Z and control-Y do nothing.
func stopless(t *unix.Termios) { t.Cc[unix.VSUSP], t.Cc[unix.VDSUSP] = 0xff, 0xff } // _POSIX_VDISABLE
