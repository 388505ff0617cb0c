package sitting_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// TestBreak: at a break the head is shown in words, and nothing goes on before
// they were typed; a sitting that is opened days later is still in its break.
func TestBreak(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("trusted-root")
	st.must(sitting.ActPause, "")
	for range 2 {
		v := st.view()
		if v.Heading != "Break" || len(v.Acts) != 2 || v.Acts[0].ID != sitting.ActResume || v.Acts[1].ID != sitting.ActException {
			t.Fatalf("%q: %s", v.Heading, offered(v))
		}
		st.open()
	}
	a := st.fill(sitting.ActResume, "")
	a.Fields["words"] = "aardvark aardvark aardvark"
	st.refused(a, "your words are not those on the screen")
	st.must(sitting.ActResume, "")
	if v := st.view(); v.Heading != "Trusted root" {
		t.Errorf("goes on at %q", v.Heading)
	}
	st.walk("")
}

// TestBreakWithMail: what is merged in a break leaves the head as it stands on
// paper, and is told beside it.
func TestBreakWithMail(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("tokens")
	desk := st.asks(t, "boston")
	st.must(sitting.ActPause, "")
	paper := st.view().Body[1].Digest
	st.takes(t, desk.answers(t))
	st.open()
	v := st.view()
	if v.Body[1].Digest != paper || !shows(v, "The head is that of the break") {
		t.Errorf("the head is %v, on paper %v: %+v", v.Body[1].Digest, paper, v.Body[0])
	}
	st.must(sitting.ActResume, "")
	st.must(sitting.ActPause, "")
	if now := st.view().Body[1].Digest; now == paper {
		t.Error("the next break has the head of the one before")
	}
}

// TestTwoParts: a witness is somebody else than whom they watch.
func TestTwoParts(t *testing.T) {
	st := newStage(t)
	st.open()
	comes := func(name, person string) sitting.Act {
		a := st.fill(sitting.ActSignIn, name)
		a.Fields["person"] = person
		return a
	}
	if err := st.do(comes("amsterdam", "A. Keyholder")); err != nil {
		t.Fatal(err)
	}
	st.refused(comes("internal-audit", " a.  keyholder"), "is here as amsterdam already")
	if err := st.do(comes("internal-audit", "B. Witness")); err != nil {
		t.Fatal(err)
	}
	st.refused(comes("boston", "B. Witness"), "is here as internal-audit already")
	if err := st.do(comes("boston", "A. Keyholder")); err != nil { // one who stands in for another: the plan's rules count organisations
		t.Fatal(err)
	}
}

// TestWitnessSigns: a witness signs a head with ssh-keygen, days later another;
// a signature over something else, or by another key, is not taken.
func TestWitnessSigns(t *testing.T) {
	desk := t.TempDir()
	keygen := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "ssh-keygen", args...)
		cmd.Dir = desk
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("ssh-keygen %q: %v\n%s", args, err, out)
		}
	}
	if _, err := exec.LookPath("ssh-keygen"); err != nil && os.Getenv("CI") != "true" {
		t.Skip("no ssh-keygen here: install Debian's package openssh-client")
	}
	keygen("-q", "-t", "ed25519", "-N", "", "-C", "audit", "-f", "key")
	keygen("-q", "-t", "ed25519", "-N", "", "-C", "audit", "-f", "other")
	public, err := os.ReadFile(filepath.Join(desk, "key.pub"))
	if err != nil {
		t.Fatal(err)
	}
	st := newStage(t)
	st.cfg.Plan = []byte(strings.Replace(string(st.cfg.Plan), "organisation: Example Audit}", "organisation: Example Audit, key: \""+strings.TrimSpace(string(public))+"\"}", 1))
	st.open()
	st.walk("trusted-root")
	st.must(sitting.ActPause, "")
	head, _ := st.view().Offer(sitting.ActHead, "internal-audit")
	st.must(sitting.ActHead, "internal-audit")
	text := st.file("head-" + head.Digest.String()[:16] + ".txt")
	if err := os.WriteFile(filepath.Join(desk, "head.txt"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	brings := func() sitting.Act {
		a := st.fill(sitting.ActWitness, "internal-audit")
		a.Fields["file"] = filepath.Join(desk, "head.txt.sig")
		return a
	}
	st.refused(brings(), "the signature cannot be read")
	keygen("-Y", "sign", "-n", "rootmoot", "-f", "other", "head.txt")
	st.refused(brings(), "over no head of this journal")
	if err := os.Remove(filepath.Join(desk, "head.txt.sig")); err != nil {
		t.Fatal(err)
	}
	keygen("-Y", "sign", "-n", "rootmoot", "-f", "key", "head.txt")
	for range 2 { // twice is once
		if err := st.do(brings()); err != nil {
			t.Fatal(err)
		}
	}
	st.must(sitting.ActResume, "")
	st.walk("seal")
	if !shows(st.view(), "witness internal-audit has signed the head "+head.Digest.String()[:16]) {
		t.Errorf("the seal does not show it: %+v", st.view().Body)
	}
	if n := strings.Count(st.journal(), `"kind":"witnessed"`); n != 1 {
		t.Errorf("recorded %d times", n)
	}
	st.walk("")
}
