package keymgr_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/pythontest"
	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
	"github.com/rootmoot/rootmoot/keymgr"
	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
)

// odd are records whose canonical form is anything but their own text.
const odd = `{"packages": {
	"z-1-0.tar.bz2": {"z": 1e2, "a": [1.0, -0, 1e-7, 123456789012345678901234567890], "e": {}, "l": []},
	"ü-1-0.tar.bz2": {"name": "\u00fc€ \ud83d\ude00 \/ \u007f", "b": "\u0041<&>", "\u0061": null, "\uffff": true, "\ud83d\ude00": false}},
	"packages.conda": {}}`

// channels are texts that these oracles are asked about.
func channels() map[string][]byte {
	return map[string][]byte{
		"odd":     []byte(odd),
		"line":    repodatatest.Channel{Records: 8, Seed: 11}.Bytes(),
		"indents": repodatatest.Channel{Records: 8, Seed: 12, Indent: true, Keys: keymgrtest.Keys(8)}.Bytes(),
	}
}

// TestOpenSSL: what is signed here verifies with OpenSSL, over the bytes that
// Python's json makes of the records.
func TestOpenSSL(t *testing.T) {
	for _, program := range []string{"python3", "openssl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	public := keymgrtest.Public(t, keymgrtest.Key(packages))
	for name, text := range channels() {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			signed, count := sign(t, memorySigner(t), text)
			write(t, dir, "repodata.json", signed)
			write(t, dir, "key.pem", []byte(public.PEM()))
			run(t, "python3", "testdata/canonical.py", filepath.Join(dir, "repodata.json"), hex.EncodeToString(public.Raw()), dir)
			for i := range count.Signed {
				file := filepath.Join(dir, fmt.Sprint(i))
				run(t, "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", filepath.Join(dir, "key.pem"), "-rawin", "-in", file+".message", "-sigfile", file+".signature")
			}
			message, err := os.ReadFile(filepath.Join(dir, "0.message"))
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, "0.message", append(message, '\n'))
			out, err := exec.Command("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", filepath.Join(dir, "key.pem"), "-rawin", "-in", filepath.Join(dir, "0.message"), "-sigfile", filepath.Join(dir, "0.signature")).CombinedOutput()
			if err == nil {
				t.Errorf("openssl verifies another message: %s", out)
			}
		})
	}
}

// TestReferenceRules: a chain, a key manager and packages that are signed here hold
// under the reference's rules, as testdata/reference.py, which is self-made, has
// them; and of the reference's own chain that script says what its files are
// called.
func TestReferenceRules(t *testing.T) {
	python := pythontest.With(t, "cryptography")
	dir := t.TempDir()
	first := keymgrtest.Root(t, nil, keymgrtest.Keys(1, 2), keymgrtest.Keys(3), false)
	second := keymgrtest.Root(t, first, keymgrtest.Keys(2, 5), keymgrtest.Keys(6), false, keymgrtest.Key(1))
	write(t, dir, "1.root.json", first)
	write(t, dir, "2.root.json", second)
	write(t, dir, "key_mgr.json", keymgrtest.Manager{Version: 1, Packages: keymgrtest.Keys(packages), Signers: keymgrtest.Keys(6)}.Bytes(t))
	for name, text := range channels() {
		signed, count := sign(t, memorySigner(t), text)
		write(t, dir, name+".json", signed)
		said := reference(t, python, dir, name+".json", "key_mgr.json", "1.root.json", "2.root.json")
		for file, verdict := range said {
			if verdict != "package metadata is TRUSTED" {
				t.Errorf("%s: %s: %s", name, file, verdict)
			}
		}
		if len(said) != count.Signed {
			t.Errorf("%s: %d packages, want %d", name, len(said), count.Signed)
		}
	}
	// Signed by a key that the key manager does not list: the script can say no.
	other, _ := sign(t, signerOf(t, 9, keymgr.InMemory(inMemory(9))), channels()["line"])
	write(t, dir, "other.json", other)
	for file, verdict := range reference(t, python, dir, "other.json", "key_mgr.json", "1.root.json", "2.root.json") {
		if verdict != "package metadata is UNTRUSTED" {
			t.Errorf("%s: %s", file, verdict)
		}
	}
	real := filepath.Join("..", "testdata", "conda-test-chain")
	want := map[string]string{
		"first.tar.bz2": "package metadata is TRUSTED", "second.conda": "package metadata is TRUSTED", "third.conda": "package metadata is TRUSTED",
		"broken-0.0.1-broken.tar.bz2": "package metadata is UNTRUSTED", "broken-0.0.1-broken.conda": "no signatures found",
	}
	if diff := cmp.Diff(want, reference(t, python, real, "repodata.json", "key_mgr.json", "1.root.json", "2.root.json", "3.root.json")); diff != "" {
		t.Error(diff)
	}
	for _, invalid := range [][]string{{"repodata.json", "key_mgr_invalid.json", "1.root.json"}, {"repodata.json", "key_mgr.json", "1.root.json", "2.root_invalid.json"}} {
		if out, err := exec.Command(python, arguments(real, invalid)...).CombinedOutput(); err == nil {
			t.Errorf("%v: taken: %s", invalid, out)
		}
	}
}

// reference asks the script about files of a folder.
func reference(t *testing.T, python, dir string, names ...string) map[string]string {
	t.Helper()
	said := make(map[string]string)
	if err := json.Unmarshal(run(t, python, arguments(dir, names)...), &said); err != nil {
		t.Fatal(err)
	}
	return said
}

func arguments(dir string, names []string) []string {
	out := []string{"testdata/reference.py"}
	for _, name := range names {
		out = append(out, filepath.Join(dir, name))
	}
	return out
}

func run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	var errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", name, err, out, &errs)
	}
	return out
}

func write(t *testing.T, dir, name string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), raw, 0o644); err != nil {
		t.Fatal(err)
	}
}
