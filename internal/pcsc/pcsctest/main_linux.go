package pcsctest

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"unsafe"
)

// notAllowed is the exit code of a test binary that was given namespaces and
// may not use them, as AppArmor has it on some systems. Go's own are 0 to 2.
const notAllowed = 86

// runInside runs this test binary once more, inside, and returns its exit
// code. It did not (ran false) where that is not allowed, nor where it need
// not, because this is inside already.
func runInside() (code int, ran bool) {
	if os.Getenv(inside) != "" {
		if err := furnish(); err != nil {
			fmt.Fprintln(os.Stderr, "pcsctest:", err)
			return notAllowed, true
		}
		return 0, false
	}
	// Pdeathsig is about the thread that starts the child, not the process.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const own = syscall.CLONE_NEWNS | syscall.CLONE_NEWNET
	for _, flags := range []uintptr{own, own | syscall.CLONE_NEWUSER} {
		cmd := again(flags)
		if err := cmd.Start(); err != nil {
			continue
		}
		if code := wait(cmd); code != notAllowed {
			return code, true
		}
	}
	return 0, false
}

// again is this test binary with the same flags, files and folder.
func again(flags uintptr) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: flags, Pdeathsig: syscall.SIGKILL}
	if flags&syscall.CLONE_NEWUSER != 0 {
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	return cmd
}

// wait passes on what the go command tells a test that takes too long.
func wait(cmd *exec.Cmd) int {
	told := make(chan os.Signal, 4)
	signal.Notify(told, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM)
	defer signal.Stop(told)
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case s := <-told:
				cmd.Process.Signal(s)
			case <-done:
				return
			}
		}
	}()
	err := cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code >= 0 {
		return code
	}
	fmt.Fprintln(os.Stderr, "pcsctest: the tests ended:", err) // by a signal
	return 1
}

// furnish makes the namespaces into a place for a pcscd: a /run of its own, no
// readers but vpcd's, and a loopback interface.
func furnish() error {
	// Without this the mounts would show outside.
	if err := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	for _, dir := range []string{"/run", ccidDriver} {
		if _, err := os.Stat(dir); err != nil {
			continue
		}
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=755"); err != nil {
			return fmt.Errorf("empty %s: %w", dir, err)
		}
	}
	if err := os.MkdirAll(ipcDir, 0o755); err != nil {
		return err
	}
	return loopbackUp()
}

// loopbackUp is "ip link set lo up".
func loopbackUp() error {
	s, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("loopback: %w", err)
	}
	defer syscall.Close(s)
	var request struct { // struct ifreq
		name  [syscall.IFNAMSIZ]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:], "lo")
	request.flags = syscall.IFF_UP | syscall.IFF_RUNNING
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, uintptr(s), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request))); e != 0 {
		return fmt.Errorf("loopback: %w", e)
	}
	return nil
}
