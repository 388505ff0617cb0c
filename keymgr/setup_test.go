package keymgr_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"sync/atomic"
	"testing"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/keymgr"
	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
	"github.com/rootmoot/rootmoot/verify"
)

// The keys here, by number: 1 and 2 of the root, 3 of the key manager, 4 of
// packages.
const packages = 4

var options = verify.Options{At: keymgrtest.At}

// trust is a root as a user has it.
func trust(t testing.TB, raw []byte) verify.Trusted {
	t.Helper()
	r, rep := verify.TrustFile(raw, options)
	if r.IsZero() {
		t.Fatal(rep.Failures())
	}
	return r
}

// authority is the usual one, with more package signers.
func authority(t testing.TB, more ...byte) *keymgr.Authority {
	t.Helper()
	newest := trust(t, keymgrtest.Root(t, nil, keymgrtest.Keys(1, 2), keymgrtest.Keys(3), false))
	m := keymgrtest.Manager{Version: 1, Packages: keymgrtest.Keys(append([]byte{packages}, more...)...), Signers: keymgrtest.Keys(3)}
	a, rep := keymgr.NewAuthority(newest, m.Bytes(t), options)
	if a == nil {
		t.Fatal(rep.Failures())
	}
	return a
}

// memory is a key in memory, which counts what it signs.
type memory struct {
	private ed25519.PrivateKey
	calls   *atomic.Int64
}

func inMemory(n byte) memory { return memory{keymgrtest.Key(n), new(atomic.Int64)} }

func (m memory) Public() [32]byte { return [32]byte(m.private.Public().(ed25519.PublicKey)) }

func (m memory) Sign(message []byte) ([64]byte, error) {
	m.calls.Add(1)
	return [64]byte(ed25519.Sign(m.private, message)), nil
}

// device is the same as a device, which may do something else after some calls.
type device struct {
	memory
	after int64
	then  func(ctx context.Context, message []byte) ([]byte, error)
}

func (d device) Sign(ctx context.Context, message []byte) ([]byte, error) {
	if n := d.calls.Add(1); d.then != nil && n > d.after {
		return d.then(ctx, message)
	}
	return ed25519.Sign(d.private, message), nil
}

// signer is that of key 4.
func signer(t testing.TB, k keymgr.Key) *keymgr.Signer {
	t.Helper()
	return signerOf(t, packages, k)
}

func signerOf(t testing.TB, n byte, k keymgr.Key) *keymgr.Signer {
	t.Helper()
	p, err := authority(t).Permit(keymgrtest.Public(t, keymgrtest.Key(n)), true)
	if err != nil {
		t.Fatal(err)
	}
	s, err := keymgr.NewSigner(p, k)
	if err != nil {
		t.Fatal(err)
	}
	s.Workers = 2
	return s
}

// sign signs a text; nil is returned where nothing is written.
func sign(t testing.TB, s *keymgr.Signer, text []byte) ([]byte, keymgr.Count) {
	t.Helper()
	out, count, err := trySign(t.Context(), s, text)
	if err != nil {
		t.Fatal(err)
	}
	return out, count
}

func trySign(ctx context.Context, s *keymgr.Signer, text []byte) ([]byte, keymgr.Count, error) {
	x, err := repodata.Parse(text)
	if err != nil {
		return nil, keymgr.Count{}, err
	}
	var out *bytes.Buffer
	count, err := s.Sign(ctx, x, func() (io.Writer, error) {
		if out != nil {
			return nil, errors.New("begun twice")
		}
		out = new(bytes.Buffer)
		return out, nil
	})
	if out == nil {
		return nil, count, err
	}
	return out.Bytes(), count, err
}

// good counts the records that have a good signature of a key, checked with the
// standard library over what package canonical makes of them.
func good(t testing.TB, text []byte, n byte) int {
	t.Helper()
	x, err := repodata.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for i := range x.Len() {
		r := x.Record(i)
		if verifies(t, r, keymgrtest.Key(n)) {
			count++
		}
	}
	return count
}
