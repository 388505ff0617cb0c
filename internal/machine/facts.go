package machine

import (
	"io/fs"
	"os"
	"runtime"
	"time"
)

// Known is one fact, or the reason why it is not known.
type Known[T any] struct {
	Value   T
	Problem string // empty if Value is known
}

// Facts is what is known about a machine. It is data only, to be recorded.
type Facts struct {
	Clock      time.Time       // UTC
	OS, Arch   string          // as Go names them: linux, amd64
	Kernel     Known[string]   // its release
	Host       Known[string]   // the machine's own name
	Interfaces Known[[]string] // network interfaces that are up, without loopback
	Routes     Known[[]string] // interfaces that a default route leads to
	Radio      Known[[]string] // wireless and Bluetooth devices and drivers
	Swap       Known[[]string] // swap areas in use
	Core       Known[Core]
	Binary     Known[Binary]
}

// Core is what happens to this process's memory if it crashes.
type Core struct {
	Limit    uint64 // bytes that a core file may have (RLIMIT_CORE)
	Dumpable bool   // whether the system may dump this process at all
	Piped    bool   // whether dumps go to a program, which knows no limit (core(5))
}

// Binary is the program that is running.
type Binary struct {
	SHA256   [32]byte
	Version  string // of the module, or (devel)
	Go       string // the Go version it was built with
	Revision string // of the source, if it was built in a checkout
	Modified bool   // whether that source had local changes
}

// notHere is the problem of facts that this package cannot find out.
const notHere = "not known on this system"

// system is where facts come from; tests bring their own.
type system struct {
	os    string
	files fs.FS // the root of the file system
	host  func() (string, error)
	core  func() (Core, error)
	exe   func() (fs.File, error)
}

// Gather looks at this machine. now is the clock.
func Gather(now func() time.Time) Facts {
	s := system{
		os:    runtime.GOOS,
		files: os.DirFS("/"),
		host:  os.Hostname,
		core:  coreOfProcess,
		exe:   openSelf,
	}
	return s.gather(now)
}

func (s system) gather(now func() time.Time) Facts {
	return Facts{
		Clock:      now().UTC(),
		OS:         s.os,
		Arch:       runtime.GOARCH,
		Kernel:     onLinux(s, s.kernel),
		Host:       known(s.host()),
		Interfaces: onLinux(s, s.interfaces),
		Routes:     onLinux(s, s.routes),
		Radio:      onLinux(s, s.radio),
		Swap:       onLinux(s, s.swap),
		Core:       known(s.corePolicy()),
		Binary:     known(s.binary()),
	}
}

// onLinux asks only where the files that are read have the meaning they have
// on Linux.
func onLinux[T any](s system, ask func() (T, error)) Known[T] {
	if s.os != "linux" {
		return Known[T]{Problem: notHere}
	}
	return known(ask())
}

func known[T any](value T, err error) Known[T] {
	if err != nil {
		return Known[T]{Problem: err.Error()}
	}
	return Known[T]{Value: value}
}
