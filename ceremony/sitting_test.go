package ceremony_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

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
	s.record(s.Confirm(step, "", "").Body)
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

// word is the person's agreement as things stand.
func (s *sitting) word(p *person) ceremony.Word {
	return ceremony.Word{Participant: p.name, Agrees: true, Exceptions: s.ExceptionsDigest()}
}

// seal is the person's seal over their word.
func (s *sitting) seal(p *person) ceremony.Seal {
	s.t.Helper()
	word := ceremony.Fact{Body: s.word(p)}
	head := s.head()
	st, err := s.SealStatement(head)
	if err != nil {
		s.t.Fatal(err)
	}
	return ceremony.Seal{Participant: p.name, Word: word.ID(), Journal: head, Sig: p.sign(st.Text())}
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
	s.record(s.word(s.people[sealer]))
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
