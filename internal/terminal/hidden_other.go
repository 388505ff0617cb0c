//go:build !linux && !darwin

package terminal

import (
	"fmt"

	"golang.org/x/term"
)

// hiddenLine is line without echo.
func (t *Terminal) hiddenLine() ([]byte, error) {
	secret, err := term.ReadPassword(int(t.in.Fd()))
	if err != nil {
		return secret, fmt.Errorf("read a secret from the terminal: %w", err)
	}
	return secret, nil
}
