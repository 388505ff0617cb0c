package pcsctest

import (
	"os"
	"testing"
)

// inside is set in the environment of a test binary that runs in namespaces of
// its own.
const inside = "ROOTMOOT_PCSCTEST_INSIDE"

// Main is a TestMain: it runs the tests in namespaces of their own, if that
// can be had, and otherwise where they are. It does not return.
func Main(m *testing.M) { os.Exit(Wrap(m).Run()) }

// Wrap is Main for a TestMain that has more to do around m, such as
// testscript's: Run of what is returned does what Main does, but for exiting.
func Wrap(m *testing.M) interface{ Run() int } { return wrapped{m} }

type wrapped struct{ m *testing.M }

// Run runs the tests and returns the exit code.
func (w wrapped) Run() int {
	if code, ran := runInside(); ran {
		return code
	}
	return w.m.Run()
}
