package ceremony_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/root"
)

const (
	testPIN = "845127"
	testPUK = "73519428"
)

// A person holds a token, a rehearsal one, and can sign with it.
type person struct {
	name        string
	serial      uint32
	key         root.PublicKey
	attestation *ceremony.Attestation
	sign        func(msg []byte) []byte
}

// newPerson has a token made. issuer is nil for a rehearsal token.
func newPerson(t testing.TB, name string, serial uint32, a pivcard.Algorithm, issuer *pivcard.Issuer) *person {
	t.Helper()
	dir := t.TempDir()
	spec := rehearsal.Spec{Name: name, Serial: serial, Algorithm: a, PIN: testPIN, PUK: testPUK, Touch: rehearsal.TouchInstant, Issuer: issuer}
	if err := rehearsal.Create(t.Context(), dir, spec, rand.Reader); err != nil {
		t.Fatal(err)
	}
	tok, err := rehearsal.Open(dir, name, rehearsal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	info, err := tok.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	session, err := tok.Open(t.Context(), token.Want{Serial: info.Serial, SPKI: info.SPKI}, token.NewSecret([]byte(testPIN)), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close(); tok.Close() })
	p := &person{name: name, serial: serial, attestation: attestationOf(t, tok)}
	if p.key, err = root.ParseSPKI(info.SPKI); err != nil {
		t.Fatal(err)
	}
	p.sign = func(msg []byte) []byte {
		sig, err := session.SignMessage(bytes.NewReader(msg))
		if err != nil {
			t.Fatal(err)
		}
		return sig
	}
	return p
}

func attestationOf(t testing.TB, tok token.Token) *ceremony.Attestation {
	t.Helper()
	got, err := tok.Attest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a := &ceremony.Attestation{Leaf: got.Leaf}
	for _, cert := range got.Chain {
		a.Chain = append(a.Chain, cert)
	}
	return a
}

// people are the six of the tests: five hold keys of the first root, and
// edinburgh joins in the second, where fukuoka leaves.
func people(t testing.TB, a pivcard.Algorithm, issuer *pivcard.Issuer) map[string]*person {
	t.Helper()
	out := make(map[string]*person)
	for i, name := range []string{"amsterdam", "boston", "chennai", "dakar", "edinburgh", "fukuoka"} {
		out[name] = newPerson(t, name, uint32(90000001+i), a, issuer)
	}
	return out
}

// A script is what a plan of the tests is made of.
type script struct {
	format    plan.Format
	mode      plan.Mode
	trusted   *root.Root // nil for a genesis
	threshold int
	holders   []string
	leaving   []string
	reviewed  []string // whose key stands in the plan in full
	keyType   plan.KeyType
	more      string    // lines at the end
	replace   [2]string // what stands otherwise in the plan, and how
}

// text is the plan.
func (s script) text(everybody map[string]*person) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("rootmoot: 1\nname: Test\nformat: %s\nmode: %s\ndocument: root", s.format, s.mode)
	p("signing_time: 2026-12-01T12:00:00Z\ndeadline: 2026-12-15T00:00:00Z")
	others := []string{"timestamp", "snapshot", "targets"}
	if s.format == plan.Conda {
		others = []string{"key_mgr"}
	}
	if s.trusted == nil {
		p("purpose: genesis\nroles:")
		for _, role := range others {
			p("  %s: {threshold: 1, keys: [online]}", role)
		}
		if s.format == plan.TUF {
			p("consistent_snapshot: true")
		}
	} else {
		p("purpose: rotate\ncontinues: {version: %d, digest: %v}", s.trusted.Version, s.trusted.Digest)
	}
	p("root: {expires: 2027-12-01T00:00:00Z, threshold: %d, keyholders: [%s]}", s.threshold, strings.Join(s.holders, ", "))
	if len(s.leaving) > 0 {
		p("leaving: [%s]", strings.Join(s.leaving, ", "))
	}
	p("keys:\n  online: {type: ed25519, hex: \"%064x\"}", onlineKey)
	for _, name := range slices.Concat(s.holders, s.leaving) {
		if slices.Contains(s.reviewed, name) {
			p("  %s: {type: %s, %s}", name, s.keyType, material(everybody[name].key))
		} else {
			p("  %s: {type: %s}", name, s.keyType)
		}
	}
	p("lead: desk\nparticipants:\n  desk: {location: Amsterdam}")
	for _, name := range slices.Concat(s.holders, s.leaving) {
		kind := "rehearsal"
		if s.mode == plan.Production {
			kind = "piv"
		}
		p("  %s: {token: {kind: %s, serial: %d}}", name, kind, everybody[name].serial)
	}
	p("tool: {version: 1.0.0}\n%s", s.more)
	if s.replace[0] != "" && !strings.Contains(b.String(), s.replace[0]) {
		panic("the plan has no " + s.replace[0])
	}
	return strings.Replace(b.String(), s.replace[0], s.replace[1], 1)
}

// onlineKey is the key of RFC 8032, 7.1, test 1.
var onlineKey = []byte("\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a")

func material(k root.PublicKey) string {
	if k.Algorithm() == root.Ed25519 {
		return fmt.Sprintf("hex: \"%x\"", k.Raw())
	}
	return fmt.Sprintf("pem: %q", k.PEM())
}
