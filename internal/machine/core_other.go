//go:build !linux && !darwin

package machine

import "errors"

func coreOfProcess() (Core, error) { return Core{}, errors.New(notHere) }

// DisableCoreDumps keeps this process's memory, PINs in it, out of crash dumps.
// On this system it cannot.
func DisableCoreDumps() error { return errors.New("disable core dumps: not known how on this system") }
