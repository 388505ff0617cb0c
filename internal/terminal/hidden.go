//go:build linux || darwin

package terminal

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// hiddenLine asks for a line without echo, which is off before the prompt
// invites anybody to type. x/term's ReadPassword is not used here: it
// takes the end of input for nothing at all, and so never returns from a
// terminal that was hung up.
func (t *Terminal) hiddenLine(prompt string) (secret []byte, err error) {
	fd := int(t.in.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return nil, fmt.Errorf("hide what is typed: %w", err)
	}
	hidden := *before
	hidden.Lflag &^= unix.ECHO
	hidden.Lflag |= unix.ICANON | unix.ISIG
	if err := unix.IoctlSetTermios(fd, setTermios, &hidden); err != nil {
		return nil, fmt.Errorf("hide what is typed: %w", err)
	}
	if err = t.show(prompt); err == nil {
		secret, err = t.line()
	}
	if restoreErr := unix.IoctlSetTermios(fd, setTermios, before); err == nil && restoreErr != nil {
		err = fmt.Errorf("show again what is typed (try `stty sane`): %w", restoreErr)
	}
	return secret, err
}
