package channel_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/pythontest"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/channel"
	"github.com/rootmoot/rootmoot/verify/channel/channeltest"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// script is a self-made transcription of the reference's rules. It is no oracle
// that somebody else wrote; what it stands on are Python's json and OpenSSL.
const script = "../../keymgr/testdata/reference.py"

// TestReference runs the attacks through the reference's rules: where the two
// differ, that is by design, and docs/packages.md says so.
func TestReference(t *testing.T) {
	python := pythontest.With(t, "cryptography")
	for name, d := range map[string]*forge.Doc{
		"one": document(1, 1, forge.Ed25519("one"), forge.Ed25519("two")), "two": document(1, 2, forge.Ed25519("one"), forge.Ed25519("two")),
		"weak": document(1, 1, forge.Ed25519("one"), forge.SmallOrder()), "weak two": document(1, 2, forge.Ed25519("one"), forge.SmallOrder()),
	} {
		m := manager(t, d)
		dir := t.TempDir()
		write(t, dir, "key_mgr.json", d.Bytes())
		write(t, dir, "1.root.json", firstRoot())
		var entries []channeltest.Entry
		want := make(map[string]string)
		for i, a := range attacksBy(t, m) {
			file := fmt.Sprint(i, ".conda") // the reference does not care: each has a name of its own
			entries = append(entries, a.entry.Called(file))
			want[file] = a.reference
		}
		write(t, dir, "repodata.json", channeltest.Text(subdir, entries...))
		if diff := cmp.Diff(want, ask(t, python, dir)); diff != "" {
			t.Errorf("%s (-the table +the reference's rules):\n%s", name, diff)
		}
	}
}

// TestDifferencesByDesign: the attacks on which the reference's rules and ours disagree fall
// under these rules, which docs/packages.md explains; and ours takes nothing that
// the reference does not.
func TestDifferencesByDesign(t *testing.T) {
	want := map[string]bool{channel.RuleFile: true, channel.RulePlace: true, channel.RuleForm: true, channel.RuleCanonical: true, channel.RuleListed: true, channel.RuleQuorum: true}
	got := make(map[string]bool)
	for _, a := range attacks() {
		switch {
		case a.reference != refTrusted && a.verdict == channel.Trusted:
			t.Errorf("%s: taken here, and not by the reference", a.name)
		case a.reference == refTrusted && a.verdict != channel.Trusted:
			got[a.rule] = true
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// attacksBy are those on records under one key manager.
func attacksBy(t *testing.T, m *root.KeyManager) []attack {
	t.Helper()
	var out []attack
	for _, a := range attacks() {
		if a.by == nil {
			a.by = byOne
		}
		if a.by(t).Digest == m.Digest {
			out = append(out, a)
		}
	}
	return out
}

func ask(t *testing.T, python, dir string) map[string]string {
	t.Helper()
	cmd := exec.Command(python, script, filepath.Join(dir, "repodata.json"), filepath.Join(dir, "key_mgr.json"), filepath.Join(dir, "1.root.json"))
	raw, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr(err))
	}
	said := make(map[string]string)
	if err := json.Unmarshal(raw, &said); err != nil {
		t.Fatal(err)
	}
	return said
}

func stderr(err error) string {
	if exit, is := err.(*exec.ExitError); is {
		return string(exit.Stderr)
	}
	return ""
}

func write(t *testing.T, dir, name string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), raw, 0o644); err != nil {
		t.Fatal(err)
	}
}
