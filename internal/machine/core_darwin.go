package machine

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// coreOfProcess asks the system about this process.
func coreOfProcess() (Core, error) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil {
		return Core{}, fmt.Errorf("limit of core dumps: %w", err)
	}
	return Core{Limit: limit.Cur, Dumpable: limit.Cur != 0}, nil
}

// DisableCoreDumps keeps this process's memory, PINs in it, out of crash dumps,
// for good.
func DisableCoreDumps() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("disable core dumps: %w", err)
	}
	return nil
}
