//go:build unix

package ledger

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// envAdd makes the test binary add entries to the ledger in that folder, each
// with the digest of its own name, and say each when it is added.
const envAdd = "LEDGER_TEST_ADD"

func TestMain(m *testing.M) {
	if path, name, ok := strings.Cut(os.Getenv(envAdd), " "); ok {
		if err := adding(path, name); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const versions = 20

func adding(path, name string) error {
	dir, err := safefile.OpenDir(path)
	if err != nil {
		return err
	}
	l, err := Open(safefile.In(dir), rand.Reader, time.Sleep)
	if err != nil {
		return err
	}
	for version := int64(1); version <= versions; version++ {
		err := l.Add(noon, entry(version, name))
		var second *SecondError
		switch {
		case err == nil:
			fmt.Println(version)
		case !errors.As(err, &second):
			return err
		}
	}
	return nil
}

// process is another process that adds.
func process(t *testing.T, path, name string) (*exec.Cmd, io.Reader) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), envAdd+"="+path+" "+name)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, out
}

// Three processes begin one ledger and add to it at the same time, each another
// digest for the same versions. Each version gets one of them.
func TestProcesses(t *testing.T) {
	dir, path := folder(t)
	names := []string{"a", "b", "c"}
	var cmds []*exec.Cmd
	var outs []io.Reader
	for _, name := range names {
		cmd, out := process(t, path, name)
		cmds, outs = append(cmds, cmd), append(outs, out)
	}
	told := make(map[int64]string)
	for i, cmd := range cmds {
		for lines := bufio.NewScanner(outs[i]); lines.Scan(); {
			version, err := strconv.ParseInt(lines.Text(), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			told[version] += names[i]
		}
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range entries(t, open(t, dir)) {
		if name := told[e.Version]; len(name) != 1 || e.Digest != digest(name) {
			t.Errorf("version %d: told %q", e.Version, name)
		}
		delete(told, e.Version)
	}
	if len(told) != 0 {
		t.Errorf("told, and not there: %v", told)
	}
}

// A process that is killed loses nothing that it has told of, and leaves no lock.
func TestKilled(t *testing.T) {
	for after := 1; after < versions; after += 6 {
		dir, path := folder(t)
		cmd, out := process(t, path, "a")
		lines := bufio.NewScanner(out)
		told := 0
		for told < after && lines.Scan() {
			told++
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			told++
		}
		_ = cmd.Wait() // killed: an error
		l, err := Open(dir, rand.Reader, nil)
		var torn *TornError
		if errors.As(err, &torn) {
			l, err = Open(dir, rand.Reader, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		if have := len(entries(t, l)); told < after || have < told || have > told+1 {
			t.Errorf("told of %d, and has %d", told, have)
		}
	}
}
