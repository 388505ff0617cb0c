package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/root"
)

// A theatre is a folder in which scenarios are played with the built programs.
type theatre struct {
	t   *testing.T
	bin string
	dir string
}

func newTheatre(t *testing.T) theatre { return theatre{t, buildBoth(t), t.TempDir()} }

// plays calls rehearse, and gives what it said and its exit code; -1 if it was
// killed.
func (x theatre) plays(stdin string, args ...string) (said string, code int) {
	x.t.Helper()
	c := exec.Command(filepath.Join(x.bin, "rootmoot"), append([]string{"rehearse"}, args...)...)
	c.Dir, c.Stdin = x.dir, strings.NewReader(stdin)
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		x.t.Fatal(err)
	}
	return string(out), c.ProcessState.ExitCode()
}

// TestScenarios rehearses bad days with the built programs.
func TestScenarios(t *testing.T) {
	x := newTheatre(t)
	t.Run("played", x.played)
	t.Run("that do not end well", x.fail)
	t.Run("by hand", x.byHand)
	t.Run("cut by hand", x.cutByHand)
	t.Run("killed anywhere", x.killed)
	t.Run("folders", x.folders)
}

// played plays every scenario. Each checks itself on the way; here its end is
// looked at once more, from the files alone.
func (x theatre) played(t *testing.T) {
	inTUF := map[string]bool{"places": true, "lost-token": true, "altered-stick": true, "out-of-reach": true}
	for _, s := range rehearse.Scenarios() {
		for _, format := range []string{"conda", "tuf"} {
			if format == "tuf" && !inTUF[s.Name] {
				continue
			}
			t.Run(s.Name+"/"+format, func(t *testing.T) {
				x := theatre{t, x.bin, x.dir}
				if _, err := exec.LookPath("ssh-keygen"); s.Name == "witness" && err != nil && os.Getenv("CI") != "true" {
					t.Skip("ssh-keygen is not installed")
				}
				dir := s.Name + "-" + format
				said, code := x.plays("", dir, "--scenario", s.Name, "--format", format, "--play")
				if code != 0 {
					t.Fatalf("exit code %d\n%s", code, said)
				}
				for _, stage := range s.Stages {
					if want := strings.Join(strings.Fields("[pass] "+stage.Proves), " "); !strings.Contains(strings.Join(strings.Fields(said), " "), want) {
						t.Errorf("it does not say %q", want)
					}
				}
				x.ends(s.Name, filepath.Join(x.dir, dir))
				if again, code := x.plays("", dir, "--scenario", s.Name, "--format", format, "--play"); code != 0 || !strings.Contains(again, "is over") {
					t.Errorf("called again: exit code %d\n%s", code, again)
				}
			})
		}
	}
}

// ends has the verifier look at the chain that a scenario leaves behind: three
// versions where a key was replaced later, one where there is no next root, else
// two.
func (x theatre) ends(scenario, dir string) {
	x.t.Helper()
	newest := map[string]string{"lost-token": "accepted version 3 ", "out-of-reach": "accepted version 1 "}[scenario]
	if newest == "" {
		newest = "accepted version 2 "
	}
	raw, err := os.ReadFile(filepath.Join(dir, "chain", "1.root.json"))
	if err != nil {
		x.t.Fatal(err)
	}
	first, err := root.Parse(raw)
	if err != nil {
		x.t.Fatal(err)
	}
	c := exec.Command(filepath.Join(x.bin, "rootmoot-verify"), "chain", "--rehearsal", "--trust", "1:"+first.Digest.String(), filepath.Join(dir, "chain"))
	if out, err := c.CombinedOutput(); err != nil || !bytes.Contains(out, []byte(newest)) {
		x.t.Errorf("%s: %v\n%s", newest, err, out)
	}
}

// fail: a scenario does not end well whose end is not true.
func (x theatre) fail(t *testing.T) {
	x.t = t
	said, code := x.plays("q\n", "cut-short", "--scenario", "emergency", "--format", "conda")
	if code != 4 || !strings.Contains(said, "Press Enter") {
		t.Fatalf("left at once: exit code %d\n%s", code, said)
	}
	s, _ := rehearse.ScenarioOf("emergency")
	for _, c := range []struct {
		name string
		from int // stages that are said to be over, and are not
		want string
	}{
		{"nothing was published", len(s.Stages) - 2, `it does not say "accepted version 2"`},
		{"there is no second root", len(s.Stages) - 1, "the exit code is 3, and the scenario wants 0"},
		{"nobody was at the sitting", 2, "the exit code is 3, and the scenario wants 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rehearse.Rehearsal{Dir: filepath.Join(x.dir, "cut-short")}
			if err := r.Keep(rehearse.Progress{Scenario: s.Name, Format: "conda", Stages: c.from}); err != nil {
				t.Fatal(err)
			}
			if said, code := x.plays("", "cut-short", "--scenario", s.Name, "--format", "conda", "--play"); code != 1 || !strings.Contains(said, c.want) {
				t.Errorf("exit code %d\n%s", code, said)
			}
		})
	}
}

// byHand: whoever plays by hand is told what to do, is held to it,
// and can leave and come back.
func (x theatre) byHand(t *testing.T) {
	x.t = t
	// Enter twice: the beginning, the first stage. Then the sitting is left at once.
	said, code := x.plays("\n\nq\n", "hand", "--scenario", "refusal", "--format", "conda")
	for _, want := range []string{
		"You play all the people", "To do:   sign as amsterdam and boston, and leave at Signatures", "PINs:    amsterdam 271801, boston 271802",
		"! To do: sign as amsterdam and boston", "Not yet: It stands at the step open.",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if code != 4 || t.Failed() {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	// A driver goes on from there.
	if said, code = x.plays("", "hand", "--scenario", "refusal", "--format", "conda", "--play"); code != 0 {
		t.Errorf("exit code %d\n%s", code, said)
	}
	if said, code = x.plays("", "hand", "--scenario", "refusal", "--format", "conda"); code != 4 { // at the end of input
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// cutByHand: who plays the power cut by hand ends the program themselves. What
// nobody has signed is not said to have been kept.
func (x theatre) cutByHand(t *testing.T) {
	x.t = t
	args := []string{"cut", "--scenario", "power-cut", "--format", "conda"}
	said, code := x.plays("\n\nq\n", args...)
	if code != 4 || !strings.Contains(said, "Kill:    kill -9 ") {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	said, code = x.plays("\nq\n", args...)
	if code != 4 || !strings.Contains(said, "Nobody had signed") || strings.Contains(said, "[pass]") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	if said, code = x.plays("", append(args, "--play")...); code != 0 || strings.Contains(said, "before the cut is not lost") {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// killed: a scenario that is killed at any moment goes on, and ends as well.
func (x theatre) killed(t *testing.T) {
	x.t = t
	for after := 50 * time.Millisecond; ; after += after / 2 {
		c := exec.Command(filepath.Join(x.bin, "rootmoot"), "rehearse", "killed", "--scenario", "lost-token", "--format", "conda", "--play")
		var said bytes.Buffer
		c.Dir, c.Stdout, c.Stderr = x.dir, &said, &said
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		stop := time.AfterFunc(after, func() { c.Process.Kill() }) //nolint:errcheck // it has ended by itself
		err := c.Wait()
		stop.Stop()
		if err == nil {
			break
		}
		if c.ProcessState.Exited() {
			t.Fatalf("%v\n%s", err, said.Bytes())
		}
	}
	x.ends("lost-token", filepath.Join(x.dir, "killed"))
}

// folders: a folder holds one scenario, and unknown names are
// answered with those that there are.
func (x theatre) folders(t *testing.T) {
	x.t = t
	if _, code := x.plays("", "a", "--scenario", "refusal", "--format", "conda", "--play"); code != 0 {
		t.Fatal(code)
	}
	if _, code := x.plays("", "b", "--format", "conda", "--play"); code != 0 {
		t.Fatal(code)
	}
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"another scenario", []string{"a", "--scenario", "emergency", "--format", "conda"}, "a holds the scenario refusal"},
		{"another format", []string{"a", "--scenario", "refusal"}, "a holds the scenario in the format conda"},
		{"no scenario", []string{"a", "--format", "conda"}, "a holds the scenario refusal"},
		{"a rehearsal", []string{"b", "--scenario", "refusal", "--format", "conda"}, "b holds a rehearsal that has come further"},
		{"unknown", []string{"c", "--scenario", "sunshine"}, "take one of places, lost-token, "},
		{"unknown format", []string{"c", "--scenario", "refusal", "--format", "yaml"}, "neither tuf nor conda"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := theatre{t, x.bin, x.dir}
			if said, code := x.plays("", c.args...); code != 2 || !strings.Contains(said, c.want) {
				t.Errorf("exit code %d\n%s", code, said)
			}
		})
	}
	said, code := x.plays("", "--scenario", "list")
	if code != 0 || strings.Count(said, "\n") != len(rehearse.Scenarios()) {
		t.Errorf("exit code %d\n%s", code, said)
	}
	for _, s := range rehearse.Scenarios() {
		if !strings.Contains(said, s.Name) || !strings.Contains(said, s.Line) {
			t.Errorf("%s is not in the list", s.Name)
		}
	}
}
