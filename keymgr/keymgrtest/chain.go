// Package keymgrtest makes what tests of package signing stand on: roots of conda
// and key managers, good ones and such as no plan would give.
package keymgrtest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/root"
)

// At is when all documents hold that say nothing else: two months after they were
// made.
var At = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// Key is a key of that number: always the same.
func Key(n byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
}

// Keys are keys of several numbers.
func Keys(n ...byte) (out []ed25519.PrivateKey) {
	for _, i := range n {
		out = append(out, Key(i))
	}
	return out
}

// Public is a key's public half.
func Public(t testing.TB, k ed25519.PrivateKey) root.PublicKey {
	t.Helper()
	p, err := root.NewEd25519(k.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Root is the next root after one that has been made here, nil for the first. All
// its root keys must sign, and those of the one before do too.
func Root(t testing.TB, before []byte, rootKeys, managerKeys []ed25519.PrivateKey, rehearsal bool, signers ...ed25519.PrivateKey) []byte {
	t.Helper()
	role := func(name string, keys []ed25519.PrivateKey) root.RoleSpec {
		r := root.RoleSpec{Name: name, Threshold: len(keys)}
		for _, k := range keys {
			r.Keys = append(r.Keys, Public(t, k))
		}
		return r
	}
	spec := root.Spec{
		Format: root.Conda, Rehearsal: rehearsal, SigningTime: At.AddDate(0, -2, 0), Expires: At.AddDate(1, 0, 0),
		Roles: []root.RoleSpec{role("root", rootKeys), role("key_mgr", managerKeys)},
	}
	var trusted *root.Root
	if before != nil {
		trusted = must(root.Parse(before))(t)
		spec.Leaving = gone(t, trusted, append(slices.Clone(rootKeys), managerKeys...))
	}
	c := must(root.Draft(trusted, spec))(t)
	var sigs []root.Signature
	done := make(map[string]bool)
	for _, k := range append(rootKeys, signers...) {
		id := string(k.Public().(ed25519.PublicKey))
		if done[id] {
			continue
		}
		done[id] = true
		m := must(c.Message(Public(t, k).Fingerprint(), nil))(t)
		sigs = append(sigs, must(m.Finish(ed25519.Sign(k, m.Bytes())))(t))
	}
	return must(c.Assemble(sigs))(t)
}

// gone are the keys of a root that are not among these.
func gone(t testing.TB, before *root.Root, stay []ed25519.PrivateKey) (out []root.PublicKey) {
	t.Helper()
	for _, role := range before.Roles {
		for _, k := range role.Distinct() {
			same := func(n ed25519.PrivateKey) bool { return Public(t, n).Fingerprint() == k.Public.Fingerprint() }
			if !slices.ContainsFunc(stay, same) {
				out = append(out, k.Public)
			}
		}
	}
	return out
}

// A Manager says what stands in a key manager. It takes what no plan would: keys
// that stand elsewhere too, and dates of the past.
type Manager struct {
	Version   int
	Packages  []ed25519.PrivateKey
	Raw       [][]byte  // more package signers, by their public keys
	Threshold int       // 1 if it is 0
	Expires   time.Time // a year after At if zero
	Rehearsal bool
	Signers   []ed25519.PrivateKey
}

// Bytes is its file.
func (m Manager) Bytes(t testing.TB) []byte {
	t.Helper()
	var keys []string
	for _, k := range m.Packages {
		keys = append(keys, hex.EncodeToString(k.Public().(ed25519.PublicKey)))
	}
	for _, raw := range m.Raw {
		keys = append(keys, hex.EncodeToString(raw))
	}
	if m.Expires.IsZero() {
		m.Expires = At.AddDate(1, 0, 0)
	}
	mark := ""
	if m.Rehearsal {
		mark = fmt.Sprintf(`%q: true, `, root.RehearsalMember)
	}
	signed := fmt.Sprintf(`{%s"delegations": {"pkg_mgr": {"pubkeys": [%s], "threshold": %d}}, "expiration": %q, "metadata_spec_version": "0.6.0", "timestamp": %q, "type": "key_mgr", "version": %d}`,
		mark, quoted(keys), max(1, m.Threshold), root.FormatTime(m.Expires), root.FormatTime(At.AddDate(0, -1, 0)), m.Version)
	v := must(canonical.Parse([]byte(signed), canonical.Limits{}))(t)
	message := must(canonical.AppendConda(nil, v))(t)
	sigs := ""
	for i, k := range m.Signers {
		if i > 0 {
			sigs += ", "
		}
		sigs += fmt.Sprintf(`"%x": {"signature": "%x"}`, []byte(k.Public().(ed25519.PublicKey)), ed25519.Sign(k, message))
	}
	return fmt.Appendf(nil, `{"signatures": {%s}, "signed": %s}`, sigs, signed)
}

func quoted(texts []string) string {
	out := ""
	for i, text := range texts {
		if i > 0 {
			out += ", "
		}
		out += fmt.Sprintf("%q", text)
	}
	return out
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
