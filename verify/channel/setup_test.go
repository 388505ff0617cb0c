package channel_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
	"github.com/rootmoot/rootmoot/verify/channel/channeltest"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// secret is the key whose public half is forge.Ed25519 of the same label.
func secret(label string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(label))
	return ed25519.NewKeyFromSeed(seed[:])
}

// The keys of these tests: one and two sign packages, the others do not.
func one() ed25519.PrivateKey { return secret("one") }
func two() ed25519.PrivateKey { return secret("two") }

// document is a key manager that lists these keys, with that threshold.
func document(version, threshold int, keys ...forge.Key) *forge.Doc {
	d := forge.KeyManager(version, forge.Ed25519("one"), forge.Ed25519("online"))
	d.SetRole(root.RolePackages, threshold, keys...)
	return d
}

func options() verify.Options {
	return verify.Options{At: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
}

// first is a root under which the key online signs key managers.
func first(t testing.TB) verify.Trusted {
	t.Helper()
	trusted, rep := verify.TrustFile(firstRoot(), options())
	if trusted.IsZero() {
		t.Fatal(rep.Failures())
	}
	return trusted
}

func firstRoot() []byte {
	return forge.Root(root.Conda, 1, 1, forge.Ed25519("anna")).Bytes()
}

// manager is a key manager as it comes out of the verifier.
func manager(t testing.TB, d *forge.Doc) *root.KeyManager {
	t.Helper()
	m, _, rep, err := verify.Delegated(t.Context(), first(t), verify.Files{verify.KeyManagerFile: d.Bytes()}, options())
	if m == nil {
		t.Fatal(err, rep.Failures())
	}
	return m
}

// byOne is one key manager with a threshold of one, byTwo one of two.
func byOne(t testing.TB) *root.KeyManager {
	return manager(t, document(1, 1, forge.Ed25519("one"), forge.Ed25519("two")))
}

func byTwo(t testing.TB) *root.KeyManager {
	return manager(t, document(1, 2, forge.Ed25519("one"), forge.Ed25519("two")))
}

func parse(t testing.TB, text []byte) *repodata.Index {
	t.Helper()
	x, err := repodata.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// results are those of all records, by file name.
func results(t testing.TB, j *channel.Judge, text []byte) map[string]channel.Result {
	t.Helper()
	out := make(map[string]channel.Result)
	if err := j.Each(t.Context(), parse(t, text), 2, func(r channel.Result) error {
		out[string(r.File)] = r
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

const subdir = "linux-64"

// zlib is an honest package that nobody has signed, and bzip another.
func zlib() channeltest.Entry {
	return channeltest.New(subdir, "zlib", "1.3.1", "h4_0", ".conda", []byte("zlib"))
}

func bzip() channeltest.Entry {
	return channeltest.New(subdir, "bzip2", "1.0.8", "h5_7", ".tar.bz2", []byte("bzip2"))
}
