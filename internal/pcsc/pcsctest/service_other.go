//go:build !linux

package pcsctest

import (
	"errors"
	"net"
	"testing"
)

func missing() string { return "pcscd and vpcd are run for tests on Linux only" }

func taken() string { return missing() }

func lock(testing.TB) (unlock func()) { return func() {} }

type service struct{}

func (*service) start() error   { return errors.New(missing()) }
func (*service) stop() error    { return nil }
func (*service) freeze() error  { return errors.New(missing()) }
func (*service) thaw() error    { return nil }
func (*service) runs() bool     { return false }
func (*service) output() string { return "" }

func acknowledge(net.Conn) {}
