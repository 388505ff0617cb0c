package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// runUntil runs a program and kills it by SIGKILL right before its nth change of
// a file or a folder, counted from 1 over all its threads; 0 lets it live. It
// returns how many changes there were, and how the program ended.
//
// It is the program's tracer, as strace would be, whose own count of calls is
// one for each thread. An error is why nothing could be traced.
func runUntil(nth int, out *os.File, argv ...string) (changes int, ended syscall.WaitStatus, err error) {
	runtime.LockOSThread() // only the thread that has started it may trace it
	defer runtime.UnlockOSThread()
	p, err := os.StartProcess(argv[0], argv, &os.ProcAttr{
		Files: []*os.File{nil, out, out}, Sys: &syscall.SysProcAttr{Ptrace: true},
	})
	if err != nil {
		return 0, 0, err
	}
	pid := p.Pid
	defer p.Release() //nolint:errcheck // it has ended, and was waited for
	if _, err := syscall.Wait4(pid, &ended, 0, nil); err != nil {
		return 0, 0, err
	}
	const options = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_EXITKILL
	if err := syscall.PtraceSetOptions(pid, options); err != nil {
		_ = p.Kill()
		return 0, 0, err
	}
	thread := pid
	for signal := 0; ; {
		_ = syscall.PtraceSyscall(thread, signal) // fails for a thread that was killed meanwhile
		if thread, err = syscall.Wait4(-1, &ended, unix.WALL|unix.WNOTHREAD, nil); err != nil {
			return changes, 0, fmt.Errorf("wait for a thread: %w", err)
		}
		if !ended.Stopped() {
			if thread == pid {
				return changes, ended, nil
			}
			continue
		}
		signal = passOn(ended.StopSignal())
		if ended.StopSignal() != callStop {
			continue
		}
		if changing, err := changesFile(thread); err == nil && changing {
			if changes++; changes == nth {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	}
}

// callStop is the signal of a stop before or after a system call.
const callStop = syscall.SIGTRAP | 0x80

// passOn is the signal that a stopped thread is to have: those of tracing, and
// the one that a new thread begins with, are none of the program's.
func passOn(s syscall.Signal) int {
	if s == callStop || s == syscall.SIGTRAP || s == syscall.SIGSTOP {
		return 0
	}
	return int(s)
}

// callInfo is the kernel's struct ptrace_syscall_info, up to what is told of a
// call that is about to be made.
type callInfo struct {
	op       uint8
	_        [3]uint8
	_        uint32
	_, _, nr uint64
	args     [6]uint64
}

// changesFile reports whether a stopped thread is about to change a file.
func changesFile(thread int) (bool, error) {
	var c callInfo
	const getSyscallInfo, entry = 0x420e, 1
	_, _, errno := syscall.Syscall6(syscall.SYS_PTRACE, getSyscallInfo, uintptr(thread), unsafe.Sizeof(c), uintptr(unsafe.Pointer(&c)), 0, 0)
	if errno != 0 {
		return false, errno
	}
	if c.op != entry {
		return false, nil
	}
	switch c.nr {
	case unix.SYS_PWRITE64, unix.SYS_FSYNC, unix.SYS_FTRUNCATE, unix.SYS_LINKAT, unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2, unix.SYS_UNLINKAT, unix.SYS_MKDIRAT:
		return true, nil
	case unix.SYS_WRITE:
		// To a file, not to a console, nor to what the runtime wakes itself by.
		to, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", thread, c.args[0]))
		return c.args[0] > 2 && strings.HasPrefix(to, "/"), err
	case unix.SYS_OPENAT:
		return c.args[2]&unix.O_CREAT != 0, nil
	}
	return false, nil
}
