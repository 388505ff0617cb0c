package root_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootmoot/rootmoot/root"
)

var algorithms = []root.Algorithm{root.P256, root.P384, root.Ed25519, root.RSA}

// candidate is a TUF genesis that wants two of these keys.
func candidate(t testing.TB, signers ...signer) *root.Candidate {
	t.Helper()
	return draft(t, nil, tufGenesis(publics(signers), min(2, len(signers)), newSigner(t, root.Ed25519).PublicKey))
}

func TestFinish(t *testing.T) {
	for _, a := range algorithms {
		t.Run(a.String(), func(t *testing.T) {
			k, other := newSigner(t, a), newSigner(t, a)
			c := candidate(t, k, other)
			m, err := c.Message(k.Fingerprint(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(m.Bytes(), c.Root.Signed()) {
				t.Error("the message is not the canonical signed part")
			}
			sig := k.sign(t, m.Bytes())
			done, err := m.Finish(sig)
			if err != nil || !bytes.Equal(done.Sig, sig) || done.Key != k.Fingerprint() || done.Header != nil {
				t.Fatalf("%+v, %v", done, err)
			}
			if err := c.Check(done); err != nil {
				t.Error(err)
			}
			for name, bad := range map[string][]byte{
				"none":        nil,
				"wrong key":   other.sign(t, m.Bytes()),
				"wrong bytes": k.sign(t, append(slices.Clone(m.Bytes()), '\n')),
				"cut":         sig[:len(sig)-1],
				"longer":      append(slices.Clone(sig), 0),
			} {
				if got, err := m.Finish(bad); !errors.Is(err, root.ErrSignature) {
					t.Errorf("%s: %+v, %v", name, got, err)
				}
			}
			for i := range sig {
				bad := slices.Clone(sig)
				bad[i] ^= 0x10
				if _, err := m.Finish(bad); !errors.Is(err, root.ErrSignature) {
					t.Fatalf("byte %d changed: %v", i, err)
				}
			}
		})
	}
}

// PKCS#11 gives r ‖ s; the format has DER (TUF 1.0.34, 4.2), and the file must
// have it whoever hands the signature in.
func TestPlainECDSABecomesDER(t *testing.T) {
	for a, size := range map[root.Algorithm]int{root.P256: 32, root.P384: 48} {
		k := newSigner(t, a)
		c := candidate(t, k)
		m, err := c.Message(k.Fingerprint(), nil)
		if err != nil {
			t.Fatal(err)
		}
		// Enough signatures for numbers with a leading zero byte and with a
		// leading one bit.
		for range 300 {
			der := k.sign(t, m.Bytes())
			plain := plainECDSA(t, der, size)
			got, err := m.Finish(plain)
			if err != nil || !bytes.Equal(got.Sig, der) {
				t.Fatalf("%v: %x became %x, want %x (%v)", a, plain, got.Sig, der, err)
			}
			foreign := root.Signature{Key: k.Fingerprint(), Sig: plain}
			want, err1 := c.Assemble([]root.Signature{got})
			have, err2 := c.Assemble([]root.Signature{foreign})
			if err1 != nil || err2 != nil || !bytes.Equal(want, have) {
				t.Fatalf("%v: r ‖ s went into the file: %v, %v", a, err1, err2)
			}
		}
		for _, n := range []int{2*size - 1, 2 * size, 2*size + 1} {
			if _, err := m.Finish(make([]byte, n)); !errors.Is(err, root.ErrSignature) {
				t.Errorf("%v: %d zero bytes: %v", a, n, err)
			}
		}
	}
}

// Writers of RSA-PSS differ in the salt: hash length, as long as fits, none.
func TestSaltsOfPSS(t *testing.T) {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s := signer{PublicKey: publicOf(t, k.Public())}
	c := candidate(t, s)
	m, err := c.Message(s.Fingerprint(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, salt := range []int{rsa.PSSSaltLengthEqualsHash, rsa.PSSSaltLengthAuto, 1, 222} {
		if _, err := m.Finish(signPSS(t, k, m.Bytes(), salt)); err != nil {
			t.Errorf("salt %d: %v", salt, err)
		}
	}
	v15, err := rsa.SignPKCS1v15(nil, k, crypto.SHA256, sha256Of(m.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Finish(v15); !errors.Is(err, root.ErrSignature) {
		t.Errorf("PKCS #1 v1.5 is taken for PSS: %v", err)
	}
}

func TestMessageRefuses(t *testing.T) {
	k, stranger := newSigner(t, root.Ed25519), newSigner(t, root.Ed25519)
	tuf := candidate(t, k)
	conda := draft(t, nil, condaGenesis(publics([]signer{k}), 1, stranger.PublicKey))
	good, err := root.NewHeader(k.PublicKey, day(5))
	if err != nil {
		t.Fatal(err)
	}
	change := func(i int, b byte) root.Header {
		h := slices.Clone(good)
		h[i] = b
		return h
	}
	for _, c := range []struct {
		name   string
		c      *root.Candidate
		key    root.PublicKey
		header root.Header
		want   string
	}{
		{"stranger", tuf, stranger.PublicKey, nil, "in no quorum of this candidate"},
		{"no key", tuf, root.PublicKey{}, nil, "in no quorum of this candidate"},
		{"key of another role", conda, stranger.PublicKey, nil, "in no quorum of this candidate"},
		{"header where raw counts", tuf, k.PublicKey, good, "an OpenPGP header where raw signatures count"},
		{"version 3", conda, k.PublicKey, change(0, 3), "want version 4"},
		{"certification", conda, k.PublicKey, change(1, 0x10), "binary document"},
		{"RSA", conda, k.PublicKey, change(2, 1), "EdDSA"},
		{"SHA-512", conda, k.PublicKey, change(3, 10), "SHA-256"},
		{"length", conda, k.PublicKey, change(5, 30), "says 30 bytes of subpackets, has 29"},
		{"one byte", conda, k.PublicKey, root.Header{0}, "want version 4"},
		{"cut", conda, k.PublicKey, good[:5], "want version 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := c.c.Message(c.key.Fingerprint(), c.header); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := (root.Message{}).Finish([]byte("x")); err == nil {
		t.Error("the zero message can be signed")
	}
}

// A weak key can stand in the trusted root; it signs nothing, and is not asked.
func TestWeakKeySignsNothing(t *testing.T) {
	k, online := newSigner(t, root.Ed25519), newSigner(t, root.Ed25519)
	raw, err := draft(t, nil, condaGenesis(publics([]signer{k}), 1, online.PublicKey)).Assemble(nil)
	if err != nil {
		t.Fatal(err)
	}
	identity := "01" + strings.Repeat("00", 31)
	old := parse(t, rewrite(t, raw, func(signed map[string]any) {
		r := signed["delegations"].(map[string]any)["root"].(map[string]any)
		r["pubkeys"] = append(r["pubkeys"].([]any), identity)
	}))
	weak := old.RootRole().Keys()[1]
	c := draft(t, old, root.Spec{Format: root.Conda, Expires: day(31), SigningTime: day(2)})
	if len(c.Keys()) != 1 || weak.Usable() {
		t.Errorf("%d keys can sign", len(c.Keys()))
	}
	forged := root.Signature{Key: weak.Public.Fingerprint(), Sig: append([]byte{1}, make([]byte, 63)...)}
	if _, err := c.Assemble([]root.Signature{forged}); err == nil {
		t.Error("a signature without a secret is taken")
	}
	if err := weak.Public.VerifyStatement([]byte("x"), forged.Sig); !errors.Is(err, root.ErrSignature) {
		t.Errorf("statement: %v", err)
	}
}

// The assembled file depends on the set of signatures alone, not on their
// order or how often each arrives; of two good ones by one key, one stays.
func TestAssembleIsASetFunction(t *testing.T) {
	signers := []signer{newSigner(t, root.P256), newSigner(t, root.P384), newSigner(t, root.Ed25519), newSigner(t, root.RSA)}
	tuf := candidate(t, signers...)
	ed := newSigners(t, root.Ed25519, 4)
	conda := draft(t, nil, condaGenesis(publics(ed), 2, newSigner(t, root.Ed25519).PublicKey))
	for name, c := range map[string]struct {
		*root.Candidate
		pool []root.Signature
	}{
		"tuf":   {tuf, append(signAll(t, tuf, signers...), signAll(t, tuf, signers...)...)},
		"conda": {conda, append(signAll(t, conda, ed...), imported(t, conda, ed...)...)},
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				some := rapid.SliceOf(rapid.IntRange(0, len(c.pool)-1)).Draw(t, "signatures")
				again := append(slices.Clone(some), some[:rapid.IntRange(0, len(some)).Draw(t, "twice")]...)
				again = rapid.Permutation(again).Draw(t, "order")
				if a, b := assemble(t, c.Candidate, c.pool, some), assemble(t, c.Candidate, c.pool, again); !bytes.Equal(a, b) {
					t.Fatalf("%v and %v give different files", some, again)
				}
			})
		})
	}
}

// imported are signatures under another header, as GnuPG would make them.
func imported(t testing.TB, c *root.Candidate, signers ...signer) []root.Signature {
	t.Helper()
	var out []root.Signature
	for _, s := range signers {
		h, err := root.NewHeader(s.PublicKey, day(7))
		if err != nil {
			t.Fatal(err)
		}
		m, err := c.Message(s.Fingerprint(), h)
		if err != nil {
			t.Fatal(err)
		}
		sig, err := m.Finish(s.sign(t, m.Bytes()))
		if err != nil || !bytes.Equal(sig.Header, h) {
			t.Fatalf("%x, %v", sig.Header, err)
		}
		out = append(out, sig)
	}
	return out
}

func assemble(t *rapid.T, c *root.Candidate, pool []root.Signature, which []int) []byte {
	var sigs []root.Signature
	keys := make(map[root.Fingerprint]bool)
	for _, i := range which {
		sigs = append(sigs, pool[i])
		keys[pool[i].Key] = true
	}
	before := slices.Clone(sigs)
	raw, err := c.Assemble(sigs)
	if err != nil {
		t.Fatal(err)
	}
	r, err := root.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Quorums[0].Role.Tally(r.Envelope).Good; got != len(keys) || len(r.Envelope.Entries) != len(keys) {
		t.Fatalf("%d entries, %d count, want %d", len(r.Envelope.Entries), got, len(keys))
	}
	for i := range sigs {
		if !bytes.Equal(before[i].Sig, sigs[i].Sig) {
			t.Fatal("the caller's signatures were reordered")
		}
	}
	return raw
}

// A signature that leaves our own header out is written with it.
func TestHeaderLeftOut(t *testing.T) {
	k := newSigner(t, root.Ed25519)
	c := draft(t, nil, condaGenesis(publics([]signer{k}), 1, newSigner(t, root.Ed25519).PublicKey))
	sigs := signAll(t, c, k)
	want, err := c.Assemble(sigs)
	if err != nil {
		t.Fatal(err)
	}
	sigs[0].Header = nil
	got, err := c.Assemble(sigs)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestAssembleRefuses(t *testing.T) {
	keys, stranger := newSigners(t, root.Ed25519, 2), newSigner(t, root.P256)
	c, other := candidate(t, keys...), candidate(t, keys...)
	good := signAll(t, c, keys...)
	bad := signAll(t, other, keys[1])
	for name, sigs := range map[string][]root.Signature{
		"of another candidate":  {good[0], bad[0]},
		"under another key":     {{Key: good[0].Key, Sig: good[1].Sig}},
		"by a stranger":         signAll(t, candidate(t, stranger), stranger),
		"bad beside a good one": {good[1], bad[0]},
	} {
		raw, err := c.Assemble(sigs)
		if err == nil || raw != nil {
			t.Errorf("%s: taken", name)
		}
		if _, err := c.Tallies(sigs); err == nil {
			t.Errorf("%s: counted", name)
		}
	}
}
