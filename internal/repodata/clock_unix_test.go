//go:build unix

package repodata_test

import "syscall"

// processor is the time in seconds that processors have spent on this process,
// in all its threads: garbage collection counts, and other programs do not.
func processor() (float64, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9, nil
}
