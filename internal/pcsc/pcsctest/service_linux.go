package pcsctest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pcsc"
)

// Where Debian's packages have their things.
const (
	ipcDir     = "/run/pcscd"
	ccidDriver = "/usr/lib/pcsc/drivers/ifd-ccid.bundle" // would take real tokens into the tests
	vpcdConfig = "/etc/reader.conf.d/vpcd"
	vpcdDriver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so" // its configuration outlives the package
)

func socket() string { return filepath.Join(ipcDir, "pcscd.comm") }

// pcscd is in the PATH of root only.
func pcscd() (string, error) {
	if path, err := exec.LookPath("pcscd"); err == nil {
		return path, nil
	}
	return exec.LookPath("/usr/sbin/pcscd")
}

// missing says why there can be no stack here, or "".
func missing() string {
	if _, err := pcscd(); err != nil {
		return "no pcscd here: install Debian's package pcscd"
	}
	for _, file := range []string{vpcdConfig, vpcdDriver} {
		if _, err := os.Stat(file); err != nil {
			return "no vpcd here: install Debian's package vsmartcard-vpcd"
		}
	}
	if _, err := pcsc.Readers(); errors.Is(err, pcsc.ErrNoDriver) {
		return "built without cgo, so pcscd cannot be spoken to"
	}
	if os.Getenv(inside) != "" {
		return ""
	}
	if os.Getuid() != 0 {
		return "no namespaces for this user, and not root: pcscd cannot be started; run as root, or where users may have namespaces"
	}
	return ""
}

// taken says why the lock's holder can start no stack either, or "".
func taken() string {
	if c, err := net.Dial("unix", socket()); err == nil {
		c.Close()
		return "no namespaces here, and this machine runs a pcscd already: stop it"
	}
	return ""
}

// lock waits for the one stack that there can be: here inside, or on this
// machine.
func lock(t testing.TB) (unlock func()) {
	t.Helper()
	f, err := os.OpenFile(ipcDir+".test.lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Skipf("no place for a pcscd here: %v", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		t.Fatalf("%s: %v", f.Name(), err)
	}
	return func() { f.Close() }
}

// A service is pcscd as a process, and what it says.
type service struct {
	mu   sync.Mutex
	said bytes.Buffer
	proc *os.Process   // nil if none was started
	done chan struct{} // closed when proc has ended
}

// start starts pcscd. It dies with this process, whatever ends that.
func (s *service) start() error {
	path, err := pcscd()
	if err != nil {
		return err
	}
	// Left behind by one that was killed; taken saw that none is running.
	for _, name := range []string{socket(), filepath.Join(ipcDir, "pcscd.pid")} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	cmd := exec.Command(path, "--foreground", "--config", vpcdConfig)
	cmd.Stdout, cmd.Stderr = s, s
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	done := make(chan struct{})
	go func() {
		// Pdeathsig is about the thread that starts the child: keep it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(done)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ends is told by runs and output
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start pcscd: %w", err)
	}
	s.proc, s.done = cmd.Process, done
	return nil
}

// stop ends pcscd, kindly first.
func (s *service) stop() error {
	if !s.runs() {
		return nil
	}
	if err := s.proc.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop pcscd: %w", err)
	}
	select {
	case <-s.done:
	case <-time.After(5 * time.Second):
		// It waits for a card that does not answer.
		if err := s.proc.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("kill pcscd: %w", err)
		}
		<-s.done
	}
	return nil
}

func (s *service) freeze() error { return s.proc.Signal(syscall.SIGSTOP) }
func (s *service) thaw() error   { return s.proc.Signal(syscall.SIGCONT) }

func (s *service) runs() bool {
	if s.proc == nil {
		return false
	}
	select {
	case <-s.done:
		return false
	default:
		return true
	}
}

// Write keeps what pcscd says.
func (s *service) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Write(b)
}

func (s *service) output() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.String()
}

// acknowledge acknowledges now what was received. It only saves time.
func acknowledge(c net.Conn) {
	if raw, err := c.(*net.TCPConn).SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
		})
	}
}
