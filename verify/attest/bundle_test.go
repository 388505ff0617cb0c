package attest_test

import (
	"bytes"
	"crypto/x509"
	"os"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/verify/attest"
)

func TestParseBundleRefuses(t *testing.T) {
	h := newHierarchy(t, "Yubico Attestation Root 1")
	good := bundlePEM(h.root)
	noCA := issue(t, &h.root, "leaf", func(c *x509.Certificate) { c.IsCA = false })
	rehearsal, err := os.ReadFile("rehearsal-root.pem")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		raw  []byte
		want string
	}{
		{"empty", nil, "no root"},
		{"no root", bundlePEM(h.piv), "no root"},
		{"rehearsal root", append(bytes.Clone(good), rehearsal...), "contains the rehearsal root"},
		{"a private key", append(bytes.Clone(good), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"...), "certificates only"},
		{"a certificate that is no CA", append(bytes.Clone(good), bundlePEM(noCA)...), "not a CA"},
		{"cut", good[:len(good)-10], "cannot be read"},
		{"garbage block", []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "block 1"},
		{"huge", make([]byte, 1<<20+1), "more than"},
		{"too many", bytes.Repeat(good, 65), "more than 64"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := attest.ParseBundle("bundle.pem", c.raw)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "bundle.pem") {
				t.Errorf("%v, want an error with the name and %q", err, c.want)
			}
		})
	}
	if b, err := attest.ParseBundle("bundle.pem", append([]byte("a comment\n"), good...)); err != nil || b.Name != "bundle.pem" || b.Rehearsal {
		t.Errorf("with a comment: %+v, %v", b, err)
	}
}

func TestVersion(t *testing.T) {
	v := attest.Version{5, 7, 4}
	if v.String() != "5.7.4" {
		t.Errorf("5.7.4 is %s", v)
	}
	if v.Compare(attest.Version{5, 7, 3}) <= 0 || v.Compare(attest.Version{5, 10, 0}) >= 0 || v.Compare(v) != 0 {
		t.Error("order")
	}
	if got, err := attest.ParseVersion("5.7.4"); got != v || err != nil {
		t.Errorf("5.7.4 read as %v, %v", got, err)
	}
	for _, bad := range []string{"", "5", "5.7", "5.7.4.0", "5.7.04", "5.7.256", "5.7.-1", " 5.7.4", "5.7.4 ", "5..4", ">=5.7.4"} {
		if v, err := attest.ParseVersion(bad); err == nil {
			t.Errorf("%q read as %v", bad, v)
		}
	}
}
