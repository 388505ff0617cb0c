//go:build unix

package terminal

import "os"

// openFiles opens the controlling terminal (tty(4)).
func openFiles() (in, out *os.File, err error) {
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	return f, f, err
}
