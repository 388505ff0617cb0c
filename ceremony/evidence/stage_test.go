package evidence

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// A person holds a rehearsal token, and can sign with it.
type person struct {
	name        string
	serial      uint32
	key         root.PublicKey
	attestation *ceremony.Attestation
	sign        func(msg []byte) []byte
}

// A world is what all tests here stand on: people with tokens, a witness with a
// key, and the first root of a chain. It is made once.
type world struct {
	people   map[string]*person
	witness  ed25519.PrivateKey
	genesis  *place
	trusted  verify.Trusted
	bundle   attest.Bundle
	rotation *place
	second   verify.Trusted // that the rotation makes
}

// tokens is the folder of their tokens, for as long as the tests run.
var tokens string

func TestMain(m *testing.M) {
	var err error
	if tokens, err = os.MkdirTemp("", "evidence"); err != nil {
		panic(err)
	}
	defer os.RemoveAll(tokens)
	m.Run()
}

// at is when the tests judge.
var at = time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC)

var theWorld = sync.OnceValues(func() (*world, error) {
	w := &world{people: make(map[string]*person)}
	for i, name := range []string{"amsterdam", "boston", "chennai", "dakar", "edinburgh"} {
		p, err := newPerson(name, uint32(90000001+i))
		if err != nil {
			return nil, err
		}
		w.people[name] = p
	}
	var err error
	if w.bundle, err = attest.RehearsalBundle(); err != nil {
		return nil, err
	}
	_, w.witness, err = ed25519.GenerateKey(rand.Reader)
	return w, err
})

// begun is the world, with its first root.
func begun(t testing.TB) *world {
	t.Helper()
	w, err := theWorld()
	if err != nil {
		t.Fatal(err)
	}
	if w.genesis != nil {
		return w
	}
	g := w.place(t, "amsterdam", w.plan(nil, 2, []string{"amsterdam", "boston", "chennai", "dakar"}, nil))
	g.open()
	for _, name := range g.state.ToEnrol() {
		g.contributes(ceremony.Enrolled, name)
	}
	g.contributes(ceremony.SignatureMade, "amsterdam")
	g.contributes(ceremony.SignatureMade, "boston")
	g.seals("amsterdam")
	raw, err := g.state.Assemble()
	if err != nil {
		t.Fatal(err)
	}
	trusted, report := verify.TrustFile(raw, verify.Options{At: at, Rehearsal: true})
	if f := report.Failures(); len(f) > 0 {
		t.Fatal(f)
	}
	w.genesis, w.trusted = g, trusted
	return w
}

func newPerson(name string, serial uint32) (*person, error) {
	ctx := context.Background()
	dir := tokens
	spec := rehearsal.Spec{Name: name, Serial: serial, Algorithm: pivcard.P256, PIN: "845127", PUK: "73519428", Touch: rehearsal.TouchInstant}
	if err := rehearsal.Create(ctx, dir, spec, rand.Reader); err != nil {
		return nil, err
	}
	tok, err := rehearsal.Open(dir, name, rehearsal.Options{})
	if err != nil {
		return nil, err
	}
	info, err := tok.Inspect(ctx)
	if err != nil {
		return nil, err
	}
	certs, err := tok.Attest(ctx)
	if err != nil {
		return nil, err
	}
	session, err := tok.Open(ctx, token.Want{Serial: info.Serial, SPKI: info.SPKI}, token.NewSecret([]byte(spec.PIN)), nil)
	if err != nil {
		return nil, err
	}
	p := &person{name: name, serial: serial, attestation: ceremony.NewAttestation(certs.Leaf, certs.Chain)}
	p.sign = func(msg []byte) []byte {
		sig, err := session.SignMessage(bytes.NewReader(msg))
		if err != nil {
			panic(err)
		}
		return sig
	}
	p.key, err = root.ParseSPKI(info.SPKI)
	return p, err
}

// plan is the text of a plan for these keyholders. Of a genesis every key is
// still to be enrolled, and later those of who joins.
func (w *world) plan(trusted *root.Root, threshold int, holders, leaving []string, more ...string) []byte {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("rootmoot: 1\nname: Test\nformat: tuf\nmode: rehearsal\ndocument: root")
	p("signing_time: 2026-12-01T12:00:00Z\ndeadline: 2026-12-15T00:00:00Z")
	if trusted == nil {
		p("purpose: genesis\nroles:\n  timestamp: {threshold: 1, keys: [online]}\n  snapshot: {threshold: 1, keys: [online]}\n  targets: {threshold: 1, keys: [online]}")
		p("consistent_snapshot: true")
	} else {
		p("purpose: rotate\ncontinues: {version: %d, digest: %v}", trusted.Version, trusted.Digest)
	}
	p("root: {expires: 2027-12-01T00:00:00Z, threshold: %d, keyholders: [%s]}", threshold, strings.Join(holders, ", "))
	if len(leaving) > 0 {
		p("leaving: [%s]", strings.Join(leaving, ", "))
	}
	p("keys:\n  online: {type: ed25519, hex: d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a}")
	for _, name := range append(append([]string{}, holders...), leaving...) {
		if k := w.people[name].key; trusted != nil && trusted.RootRole().Has(k.Fingerprint()) {
			p("  %s: {type: ecdsa, pem: %q}", name, k.PEM())
		} else {
			p("  %s: {type: ecdsa-p256}", name)
		}
	}
	p("participants:")
	for _, name := range append(append([]string{}, holders...), leaving...) {
		p("  %s: {organisation: Firm %X, location: City %X, token: {kind: rehearsal, serial: %d}%s}", name, name[:2], name[:2], w.people[name].serial, publishes(name))
	}
	p("witnesses:\n  audit: {organisation: Example Audit, key: %s}", w.witnessKey())
	p("tool: {version: 1.0.0}")
	return []byte(b.String() + strings.Join(more, ""))
}

// publishes is what a participant agrees to have in public.
func publishes(name string) string {
	switch name {
	case "boston":
		return ", publish: [organisation, location]"
	case "edinburgh":
		return ", publish: [name, serial]"
	}
	return ""
}

// minisignID is the id of the witness's key, of its owner's choosing.
const minisignID = "\x01\x02\x03\x04\x05\x06\x07\x08"

func (w *world) witnessKey() string {
	return base64.StdEncoding.EncodeToString([]byte("Ed" + minisignID + string(w.witnessPublic())))
}

func (w *world) witnessPublic() []byte { return w.witness.Public().(ed25519.PublicKey) }

// witnessed is what minisign writes for a text.
func (w *world) witnessed(text []byte) string {
	sig := ed25519.Sign(w.witness, text)
	all := ed25519.Sign(w.witness, append(bytes.Clone(sig), "at noon"...))
	code := base64.StdEncoding.EncodeToString
	return "untrusted comment: signature\n" + code([]byte("Ed"+minisignID+string(sig))) + "\ntrusted comment: at noon\n" + code(all) + "\n"
}

// mustLoad reads a plan.
func mustLoad(t testing.TB, raw []byte) *plan.Plan {
	t.Helper()
	p, err := plan.Load(raw)
	if err != nil {
		t.Fatalf("%v in\n%s", err, raw)
	}
	return p
}

// digest is some digest.
func digest(b byte) root.Digest { return sha256.Sum256([]byte{b}) }

func mustDigest(hex string) root.Digest {
	d, err := root.ParseDigest(hex)
	if err != nil {
		panic(err)
	}
	return d
}
