package verbs

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const testdata = "../../../testdata/"

// Of the eight tokens whose attestations were published with sigstore's roots,
// six have a key in them, and two never had one, whichever of their keys.
func TestTokensInSigstore(t *testing.T) {
	want := map[string][]string{
		"10550341": nil,
		"13078778": {"1", "2-4", "5-8", "9", "10-12"},
		"13078782": nil,
		"14454335": {"1", "2-3"},
		"14470876": {"1", "2-4", "5-8", "9", "10-15"},
		"15938765": {"1", "2-4", "5-8", "9", "10-15"},
		"15938791": {"1", "2-4", "5-8", "9", "10-15"},
		"18158855": {"4", "5-8", "9", "10-15"},
	}
	for serial, runs := range want {
		var got []string
		keys, err := filepath.Glob(testdata + "yubikeys/" + serial + "/*_pubkey*.pem")
		if err != nil || len(keys) == 0 {
			t.Fatalf("%s: no keys: %v", serial, err)
		}
		for _, path := range keys {
			k, err := PublicKey(path)
			if err != nil {
				t.Fatal(err)
			}
			found, err := lookUp(t.Context(), testdata+"sigstore", k.SPKI())
			if err != nil {
				t.Fatal(err)
			}
			if len(found.Versions) != 15 {
				t.Fatalf("%d roots read", len(found.Versions))
			}
			for _, s := range found.Stands {
				if s.First == s.Last {
					got = append(got, fmt.Sprint(s.First))
				} else {
					got = append(got, fmt.Sprintf("%d-%d", s.First, s.Last))
				}
			}
		}
		if d := cmp.Diff(runs, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", serial, d)
		}
	}
}

// Runs end where roles change, where a keyid does, and where a version is
// missing.
func TestLookUpRuns(t *testing.T) {
	dir := t.TempDir()
	for _, v := range []int{1, 2, 3, 10, 12} {
		name := fmt.Sprintf("%d.root.json", v)
		if err := os.WriteFile(filepath.Join(dir, name), read(t, "sigstore/"+name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k, err := PublicKey(testdata + "yubikeys/14470876/14470876_pubkey.pem")
	if err != nil {
		t.Fatal(err)
	}
	found, err := lookUp(t.Context(), dir, k.SPKI())
	if err != nil {
		t.Fatal(err)
	}
	const first = "eaf22372f417dd618a46f6c627dbc276e9fd30a004fc94f9be946e73f8bd090b"
	const second = "e71a54d543835ba86adad9460379c7641fb8726d164ea766801a1c522aba7ea2"
	some := []string{"root", "targets"}
	want := []standingIn{
		{1, 1, first, []string{"root", "snapshot", "targets", "timestamp"}},
		{2, 3, first, some},
		{10, 10, second, some},
		{12, 12, second, some},
	}
	if d := cmp.Diff(want, found.Stands); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if d := cmp.Diff([]int64{1, 2, 3, 10, 12}, found.Versions); d != "" {
		t.Errorf("versions (-want +got):\n%s", d)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(testdata + name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// The key of a certificate and that of the file published with it are one.
func TestPublicKey(t *testing.T) {
	block, _ := pem.Decode(read(t, "yubikeys/14454335/14454335_key_cert.pem"))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	k, err := PublicKey(testdata + "yubikeys/14454335/14454335_pubkey.pem")
	if err != nil || string(k.SPKI()) != string(cert.RawSubjectPublicKeyInfo) {
		t.Errorf("%v, %v", k, err)
	}
	path := filepath.Join(t.TempDir(), "key")
	hex := "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
	for text, code := range map[string]int{
		hex + "\n": Yes, hex[2:]: Usage, hex + "00": Usage, "": Usage,
		string(pem.EncodeToMemory(block)):  Usage,
		string(make([]byte, maxKeyFile+1)): Usage,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if k, err := PublicKey(path); ExitCode(err) != code || (err == nil) == k.IsZero() {
			t.Errorf("%.80q: %v, %v, want exit code %d", text, k, err, code)
		}
	}
	if _, err := PublicKey(path + "absent"); ExitCode(err) != Unread {
		t.Errorf("absent: %v", err)
	}
}
