package terminal

import "golang.org/x/sys/unix"

// The names of ioctl_tty(2).
const (
	getTermios          = unix.TCGETS
	setTermios          = unix.TCSETS
	setTermiosDropInput = unix.TCSETSF
)

// dropInput drops what was typed and not read yet.
func dropInput(fd int) error { return unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIFLUSH) }

// stopless lets control-Z do nothing.
func stopless(t *unix.Termios) { t.Cc[unix.VSUSP] = 0 } // _POSIX_VDISABLE
