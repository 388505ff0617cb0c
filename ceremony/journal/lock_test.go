//go:build unix

package journal

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// envHold makes the test binary open the journal in that folder, say so, and
// wait to be killed.
const envHold = "JOURNAL_TEST_HOLD"

func TestMain(m *testing.M) {
	if path := os.Getenv(envHold); path != "" {
		os.Exit(hold(path))
	}
	os.Exit(m.Run())
}

func hold(path string) int {
	dir, err := os.OpenRoot(path)
	if err != nil {
		return 1
	}
	if _, _, err := Open(safefile.In(dir), "j"); err != nil {
		return 1
	}
	fmt.Println("open")
	select {}
}

// A second process is kept out for as long as the first lives, and no longer,
// even if it is killed.
func TestTwoProcesses(t *testing.T) {
	dir, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	j, err := Create(safefile.In(dir), "j", header)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envHold+"="+dir.Name())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "open\n" {
		t.Fatalf("the other process said %q, %v", line, err)
	}
	_, _, err = Open(safefile.In(dir), "j")
	if !errors.Is(err, ErrLocked) || err.Error() != "open the journal: j: in use by another running rootmoot" {
		t.Errorf("while it is open elsewhere: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed: an error
	j, _, err = Open(safefile.In(dir), "j")
	if err != nil {
		t.Fatalf("after the other was killed: %v", err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}
