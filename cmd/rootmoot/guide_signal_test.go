package main

import (
	"strings"
	"syscall"
	"testing"
)

// TestEndedBySignal: a guide that is told to end from outside does, and the
// terminal is as it was.
func TestEndedBySignal(t *testing.T) {
	bin := buildBoth(t)
	for _, tt := range []struct {
		name   string
		signal syscall.Signal
	}{
		{"terminated", syscall.SIGTERM},
		{"hung up", syscall.SIGHUP},
		{"quit", syscall.SIGQUIT},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRun(t, bin, "tuf")
			r.open()
			r.sees("the first step", sight.lists)
			r.term.signal(tt.signal)
			r.want("the end", r.term.ended(130), "interrupted")
		})
	}
}

// TestHangUpIgnored: whoever started it under nohup(1) wants it to stay.
func TestHangUpIgnored(t *testing.T) {
	r := newRun(t, buildBoth(t), "tuf")
	r.term.write("begin", strings.Replace(beginning, "exec \"$@\"", "trap \"\" HUP; exec \"$@\"", 1))
	r.open()
	r.sees("the first step", sight.lists)
	r.term.signal(syscall.SIGHUP)
	r.press("?", "the help", func(s sight) bool { return s.title == "What this step is for" })
	r.term.signal(syscall.SIGTERM)
	r.term.ended(130)
}
