//go:build unix && !solaris && !aix

package safefile

import (
	"fmt"
	"os"
	"syscall"
)

// lock makes f's opener the only one (flock(2)). The system gives the lock back
// when f is closed or the process dies, however it dies.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == syscall.EWOULDBLOCK {
		return ErrLocked
	}
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	return nil
}
