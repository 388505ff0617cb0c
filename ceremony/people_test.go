package ceremony_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
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
	session, err := tok.Open(t.Context(), token.Want{Serial: info.Serial, SPKI: info.SPKI}, token.NewPIN([]byte(testPIN)), nil)
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

// A sitting is a growing list of facts about one plan, and its people.
type sitting struct {
	t       testing.TB
	people  map[string]*person
	grounds ceremony.Grounds
	attempt root.Digest
	facts   []ceremony.Fact
	*ceremony.State
}

// newSitting loads the plan of the script. Nothing is recorded yet.
func newSitting(t testing.TB, everybody map[string]*person, s script, trusted verify.Trusted, b attest.Bundle) *sitting {
	t.Helper()
	s.trusted = trusted.Root()
	p, err := plan.Load([]byte(s.text(everybody)))
	if err != nil {
		t.Fatalf("%v in\n%s", err, s.text(everybody))
	}
	out := &sitting{t: t, people: everybody, attempt: digest(0xa7), grounds: ceremony.Grounds{Plan: p, Trusted: trusted, Bundle: b}}
	out.State = out.fold()
	return out
}

func (s *sitting) fold(facts ...ceremony.Fact) *ceremony.State {
	s.t.Helper()
	state, err := ceremony.Fold(s.grounds, facts)
	if err != nil {
		s.t.Fatal(err)
	}
	return state
}

// record appends facts and folds them all.
func (s *sitting) record(bodies ...ceremony.Body) {
	s.t.Helper()
	for _, b := range bodies {
		s.facts = append(s.facts, ceremony.Fact{Body: b})
	}
	s.State = s.fold(s.facts...)
}

func (s *sitting) confirm(step ceremony.Step) {
	s.t.Helper()
	s.record(s.Confirm(step, "").Body)
}

// head is the head of the journal, as far as the package knows: some digest.
func (s *sitting) head() root.Digest { return root.DigestOf(fmt.Append(nil, len(s.facts))) }

// contribution is what the person contributes, before it is signed.
func (s *sitting) contribution(kind ceremony.ContributionKind, p *person) ceremony.Contribution {
	c := ceremony.Contribution{
		Kind: kind, Participant: p.name, Chain: s.Chain(), Plan: s.Plan.Digest(), Attempt: s.attempt,
		Key: p.key.SPKI(), Attestation: p.attestation, Token: ceremony.Token{Kind: "rehearsal", Serial: fmt.Sprint(p.serial)},
	}
	if kind != ceremony.Enrolled {
		c.Plan, c.Candidate = s.Frozen.Digest(), s.Candidate.Digest()
	}
	return c
}

// signature is a signature by that person over the candidate.
func (s *sitting) signature(p *person) ceremony.Contribution {
	s.t.Helper()
	m, err := s.Candidate.Message(p.key.Fingerprint(), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	done, err := m.Finish(p.sign(m.Bytes()))
	if err != nil {
		s.t.Fatal(err)
	}
	c := s.contribution(ceremony.SignatureMade, p)
	c.Signature = &ceremony.Signature{Sig: done.Sig, Header: ceremony.Hex(done.Header)}
	return c
}

func (s *sitting) refusal(p *person, why string) ceremony.Contribution {
	c := s.contribution(ceremony.Refused, p)
	c.Reason = why
	return c
}

// stated is the person's statement about a contribution.
func (s *sitting) stated(p *person, c ceremony.Contribution) ceremony.Stated {
	head := s.head()
	return ceremony.Stated{Contribution: c.Digest(), Journal: head, Sig: p.sign(c.Statement(p.key, s.Rehearsal(), head).Text())}
}

func (s *sitting) seal(p *person) ceremony.Seal {
	s.t.Helper()
	head := s.head()
	st, err := s.SealStatement(head)
	if err != nil {
		s.t.Fatal(err)
	}
	return ceremony.Seal{Participant: p.name, Journal: head, Sig: p.sign(st.Text())}
}

// accept takes a contribution by the one path, and records what comes of it.
func (s *sitting) accept(c ceremony.Contribution) {
	s.t.Helper()
	f, err := s.Accept(c)
	if err != nil {
		s.t.Fatal(err)
	}
	s.record(f.Body)
}

// open takes the sitting to the tokens.
func (s *sitting) open() {
	s.t.Helper()
	s.record(ceremony.Opened{Attempt: s.attempt, Plan: s.Plan.Digest(), Place: "amsterdam", Tool: "1.0.0"}, ceremony.Present{Name: "desk"})
	s.confirm(ceremony.StepOpen)
	s.record(ceremony.Room{Local: "2026-12-01T12:00:00Z", Outside: "12:00"})
	s.confirm(ceremony.StepRoom)
	s.confirm(ceremony.StepTrusted)
}

// enrol has everybody enrol who joins, and takes the sitting to the signatures.
func (s *sitting) enrol() {
	s.t.Helper()
	for _, name := range s.ToEnrol() {
		c := s.contribution(ceremony.Enrolled, s.people[name])
		s.accept(c)
		s.record(s.stated(s.people[name], c))
	}
	for _, step := range []ceremony.Step{ceremony.StepTokens, ceremony.StepFreeze, ceremony.StepCandidate} {
		s.confirm(step)
	}
}

// by has these people sign, with their statements.
func (s *sitting) by(names ...string) {
	s.t.Helper()
	for _, name := range names {
		c := s.signature(s.people[name])
		s.accept(c)
		s.record(s.stated(s.people[name], c))
	}
}

// end seals and hands over.
func (s *sitting) end(sealer string) {
	s.t.Helper()
	s.confirm(ceremony.StepSignatures)
	s.confirm(ceremony.StepCheck)
	s.record(ceremony.Word{Participant: sealer, Agrees: true})
	s.record(s.seal(s.people[sealer]))
	s.confirm(ceremony.StepSeal)
	s.confirm(ceremony.StepHandOver)
}

// at is when the tests judge.
var at = time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC)

// trust takes the finished root of a sitting as the one to continue.
func (s *sitting) trust() verify.Trusted {
	s.t.Helper()
	raw, err := s.Assemble()
	if err != nil {
		s.t.Fatal(err)
	}
	trusted, report := verify.TrustFile(raw, verify.Options{At: at, Rehearsal: s.Rehearsal()})
	if f := report.Failures(); len(f) > 0 {
		s.t.Fatal(f)
	}
	return trusted
}

func rehearsalBundle(t testing.TB) attest.Bundle {
	t.Helper()
	b, err := attest.RehearsalBundle()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// genesis and rotation are the two ceremonies of the tests: 3 of 5, then
// fukuoka leaves and edinburgh joins.
func genesis(t testing.TB, format plan.Format, keys plan.KeyType, everybody map[string]*person) *sitting {
	t.Helper()
	return newSitting(t, everybody, script{
		format: format, mode: plan.Rehearsal, threshold: 3, keyType: keys,
		holders: []string{"amsterdam", "boston", "chennai", "dakar", "fukuoka"},
	}, verify.Trusted{}, rehearsalBundle(t))
}

func rotation(t testing.TB, first *sitting) *sitting {
	t.Helper()
	p := first.Frozen
	return newSitting(t, first.people, script{
		format: p.Format, mode: p.Mode, threshold: 3, keyType: p.Keys["amsterdam"].Type,
		holders:  []string{"amsterdam", "boston", "chennai", "dakar", "edinburgh"},
		leaving:  []string{"fukuoka"},
		reviewed: []string{"amsterdam", "boston", "chennai", "dakar", "fukuoka"},
	}, first.trust(), first.grounds.Bundle)
}

// signed is a finished genesis by everybody's P-256 keys, and what one token
// of each kind takes.
func signed(t testing.TB) *sitting {
	t.Helper()
	s := genesis(t, plan.TUF, plan.P256, people(t, pivcard.P256, nil))
	s.open()
	s.enrol()
	s.by("amsterdam", "boston", "chennai")
	return s
}

// names of a map, in order.
func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
