package attest_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/verify/attest"
)

func readAll(t testing.TB, names ...string) [][]byte {
	t.Helper()
	var out [][]byte
	for _, name := range names {
		raw, err := os.ReadFile(yubikeys + name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, raw)
	}
	return out
}

// The leaf is found wherever it stands, also among all that the maker has
// published, of which none lies above it.
func TestParseCertificates(t *testing.T) {
	leaf, device := realToken(t, "14454335/14454335")
	files := readAll(t, "14454335/14454335_device_cert.pem", "ca/yubico-intermediate.pem", "14454335/14454335_key_cert.pem", "14454335/14454335_key_cert.pem")
	for _, files := range [][][]byte{files, {bytes.Join(files, []byte("a comment\n"))}} {
		for range 2 {
			gotLeaf, chain, err := attest.ParseCertificates(files...)
			if err != nil || !bytes.Equal(gotLeaf, leaf) || len(chain) != 1 || !bytes.Equal(chain[0], device) {
				t.Errorf("leaf %d bytes, chain of %d, %v", len(gotLeaf), len(chain), err)
			}
			slices.Reverse(files)
		}
	}
	s := newHierarchy(t, "root")
	if _, _, err := attest.ParseCertificates(bundlePEM(s.root, s.between, s.piv)); err == nil {
		t.Error("CAs alone have a leaf")
	}
	old, _, err := attest.ParseCertificates(readAll(t, "piv-go/4.3.7_device_cert.pem", "piv-go/4.3.7_key_cert.pem")...)
	if want, _ := realToken(t, "piv-go/4.3.7"); err != nil || !bytes.Equal(old, want) {
		t.Errorf("with a device certificate that is not marked as a CA: %v", err)
	}
}

func TestParseCertificatesRefuses(t *testing.T) {
	good := readAll(t, "14454335/14454335_key_cert.pem")[0]
	for _, c := range []struct {
		name  string
		files [][]byte
		want  string
	}{
		{"nothing", nil, "0 certificates"},
		{"no PEM", [][]byte{[]byte("text")}, "0 certificates"},
		{"two leaves", readAll(t, "14454335/14454335_key_cert.pem", "14470876/14470876_key_cert.pem", "14454335/14454335_device_cert.pem"), "2 certificates"},
		{"a public key", readAll(t, "14454335/14454335_key_cert.pem", "14454335/14454335_pubkey.pem"), "file 2: block 1: PUBLIC KEY"},
		{"cut", [][]byte{good[:len(good)-10]}, "cannot be read"},
		{"garbage block", [][]byte{[]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")}, "file 1: block 1"},
		{"huge", [][]byte{make([]byte, 1<<20+1)}, "more than"},
		{"too many", [][]byte{bytes.Repeat(good, 65)}, "more than 64"},
	} {
		if _, _, err := attest.ParseCertificates(c.files...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// FuzzParseCertificates: what is found can be read again, and is the same.
func FuzzParseCertificates(f *testing.F) {
	for _, raw := range readAll(f, "14454335/14454335_key_cert.pem", "14454335/14454335_device_cert.pem", "ca/yubico-intermediate.pem") {
		f.Add(raw)
	}
	f.Add(bytes.Join(readAll(f, "piv-go/4.3.7_device_cert.pem", "piv-go/4.3.7_key_cert.pem"), nil))
	f.Fuzz(func(t *testing.T, raw []byte) {
		leaf, chain, err := attest.ParseCertificates(raw)
		if err != nil {
			return
		}
		again, chainAgain, err := attest.ParseCertificates(pemOf(append([][]byte{leaf}, chain...)...))
		if err != nil || !bytes.Equal(leaf, again) || len(chain) != len(chainAgain) {
			t.Errorf("%d certificates, then %d, %v", len(chain)+1, len(chainAgain)+1, err)
		}
	})
}
