package openpgptest

import (
	"testing"

	"github.com/rootmoot/rootmoot/internal/openpgp"
	"github.com/rootmoot/rootmoot/root"
)

// Public is the key with a fingerprint, from the export of its primary key.
func (h *Home) Public(t testing.TB, primary, fingerprint string) root.PublicKey {
	t.Helper()
	keys, err := openpgp.ParseKeys(h.Export(t, primary))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		if k.Fingerprint == fingerprint {
			public, err := root.NewEd25519(k.Ed25519)
			if err != nil {
				t.Fatal(err)
			}
			return public
		}
	}
	t.Fatalf("%s is not in the export", fingerprint)
	return root.PublicKey{}
}

// Root is the file of a candidate that the keys with these fingerprints signed.
func (h *Home) Root(t testing.TB, c *root.Candidate, signers map[string]root.PublicKey) []byte {
	t.Helper()
	var sigs []root.Signature
	for fingerprint, k := range signers {
		s, err := openpgp.ParseSignature(h.Sign(t, fingerprint, c.Body().Signed()))
		if err != nil {
			t.Fatal(err)
		}
		m, err := c.Message(k.Fingerprint(), s.Header)
		if err != nil {
			t.Fatal(err)
		}
		sig, err := m.Finish(s.Sig[:])
		if err != nil {
			t.Fatal(err)
		}
		sigs = append(sigs, sig)
	}
	raw, err := c.Assemble(sigs)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
