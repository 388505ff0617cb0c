//go:build !linux && !darwin

package terminal

import (
	"fmt"

	"golang.org/x/term"
)

// hiddenLine asks for a line without echo.
func (t *Terminal) hiddenLine(prompt string) ([]byte, error) {
	if err := t.show(prompt); err != nil {
		return nil, err
	}
	secret, err := term.ReadPassword(int(t.in.Fd()))
	if err != nil {
		return secret, fmt.Errorf("read a secret from the terminal: %w", err)
	}
	return secret, nil
}

// dropInput drops nothing: what is typed ahead waits there for whoever asks
// next.
func dropInput(int) error { return nil }
