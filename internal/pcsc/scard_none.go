//go:build !(cgo && (linux || darwin || freebsd)) && !windows

package pcsc

func dial(string) (connection, error) { return nil, ErrNoDriver }

// Readers is ErrNoDriver in this build.
func Readers() ([]string, error) { return nil, ErrNoDriver }

// Present is ErrNoDriver in this build.
func Present(string) (bool, error) { return false, ErrNoDriver }
