//go:build unix

package bench

import (
	"errors"
	"os"
	"runtime"
	"syscall"
)

// processor is the time in seconds that processors have spent on this process,
// in all its threads: garbage collection counts, and other programs do not.
func processor() (float64, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9, nil
}

// largest is the most memory that a process had resident, in bytes.
func largest(p *os.ProcessState) (float64, error) {
	u, is := p.SysUsage().(*syscall.Rusage)
	if !is {
		return 0, errors.New("the memory of a process is not known on this system")
	}
	unit := 1024.0
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return float64(u.Maxrss) * unit, nil
}
