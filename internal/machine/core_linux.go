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
	dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil {
		return Core{}, fmt.Errorf("whether this process may be dumped: %w", err)
	}
	return Core{Limit: limit.Cur, Dumpable: dumpable != 0}, nil
}

// DisableCoreDumps keeps this process's memory, PINs in it, out of crash dumps,
// for good. The limit alone would not do: it does not hold for dumps that are
// piped to a program (core(5)). An undumpable process cannot be traced by
// others either (prctl(2), PR_SET_DUMPABLE).
func DisableCoreDumps() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("disable core dumps: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("disable core dumps: %w", err)
	}
	return nil
}
