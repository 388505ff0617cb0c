//go:build unix

package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
)

// A killable channel is one whose signing takes long enough to be killed in.
type killable struct {
	*channel
	exe    string
	args   []string
	signed []byte // what repodata.json is to become
	whole  time.Duration
}

func newKillable(t *testing.T) *killable {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := newChannel(t)
	c.text = repodatatest.Channel{Records: 5000, Seed: 5}.Bytes()
	c.write("repodata.json", c.text)
	k := &killable{channel: c, exe: exe}
	k.args = []string{
		"keymgr", "sign-packages", c.path("repodata.json"), "--trust", c.path("1.root.json"), "--metadata", c.path("meta"),
		"--at", keymgrtest.At.Format(time.RFC3339), "--key-file", c.key(4), "--password-stdin",
	}
	begun := time.Now()
	if out, err := k.start().output(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	k.whole, k.signed = time.Since(begun), c.read("repodata.json")
	return k
}

// A victim is a run of the program, which this test is too.
type victim struct {
	*exec.Cmd
	out bytes.Buffer
}

func (k *killable) start() *victim {
	k.t.Helper()
	v := &victim{Cmd: exec.Command(k.exe, k.args...)}
	v.Args[0] = "rootmoot"
	v.Stdin, v.Stdout, v.Stderr = strings.NewReader(keyPassword), &v.out, &v.out
	if err := v.Start(); err != nil {
		k.t.Fatal(err)
	}
	return v
}

func (v *victim) output() (string, error) {
	err := v.Wait()
	return v.out.String(), err
}

// temporary tells whether something is being written, or was left.
func (k *killable) temporary() bool {
	entries, err := os.ReadDir(k.dir)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, e := range entries {
		if info, err := e.Info(); safefile.Temporary(e.Name()) && err == nil && info.Size() > 0 {
			return true
		}
	}
	return false
}

// writes waits until the run writes, at most as long as it may take.
func (k *killable) writes() {
	for end := time.Now().Add(5 * k.whole); time.Now().Before(end) && !k.temporary(); {
		time.Sleep(k.whole / 200)
	}
}

// TestSignPackagesKilled kills the program at random moments, and in the middle of
// writing: the file is the old one whole or the new one whole, and the same
// command then makes it the new one and leaves nothing else.
func TestSignPackagesKilled(t *testing.T) {
	k := newKillable(t)
	r := rand.New(rand.NewPCG(7, 7))
	killed, left, olds := 0, 0, 0
	for n := range 16 {
		k.write("repodata.json", k.text)
		v := k.start()
		if n%2 == 0 {
			time.Sleep(rand64(r, k.whole))
		} else {
			k.writes()
			time.Sleep(rand64(r, k.whole/8))
		}
		_ = v.Process.Kill() // which fails if it was quicker
		if _, err := v.output(); err != nil {
			killed++
		}
		switch now := k.read("repodata.json"); {
		case bytes.Equal(now, k.text):
			olds++
		case !bytes.Equal(now, k.signed):
			t.Fatalf("half a file, of %d bytes", len(now))
		}
		if k.temporary() {
			left++
		}
	}
	k.write("repodata.json", k.text)
	if out, err := k.start().output(); err != nil || !bytes.Equal(k.read("repodata.json"), k.signed) {
		t.Fatalf("once more: %v\n%s", err, out)
	}
	if k.temporary() {
		t.Error("something is left of those that were killed")
	}
	t.Logf("killed %d of 16, %d while they wrote; %d times the old file", killed, left, olds)
	if killed == 0 || left == 0 {
		t.Error("none was killed, or none while it wrote: the moments are wrong")
	}
}

// TestSignPackagesInterrupted: told to end, it ends in order.
func TestSignPackagesInterrupted(t *testing.T) {
	k := newKillable(t)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		var out string
		code := 0
		for try := 0; try < 5 && code == 0; try++ { // it may be quicker than the signal
			k.write("repodata.json", k.text)
			v := k.start()
			k.writes()
			_ = v.Process.Signal(signal) // which fails if it was quicker
			out, _ = v.output()
			code = v.ProcessState.ExitCode()
		}
		if code != 130 || !strings.Contains(out, "interrupted") {
			t.Errorf("%v: exit code %d: %s", signal, code, out)
		}
		if !bytes.Equal(k.read("repodata.json"), k.text) || k.temporary() {
			t.Errorf("%v: something was written, or is left", signal)
		}
	}
}
