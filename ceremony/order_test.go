package ceremony_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// A picture is everything that can be seen of a state, by value.
type picture struct {
	Attempt, Frozen, Candidate root.Digest
	Place, Blocked             string
	Presence                   []ceremony.Present
	Room                       *ceremony.Room
	Enrolments                 map[string]ceremony.Contribution
	Signatures, Refusals       map[string]ceremony.Accepted
	Tallies                    []string
	Words                      []ceremony.Word
	Seals                      []ceremony.Seal
	ToEnrol, Signers           []string
	Exceptions                 int
	Open                       []ceremony.OpenException
	Over                       map[ceremony.Step]bool
	Current                    ceremony.Step
	Signed                     root.Digest
	Assembled                  string
}

func pictureOf(t require, s *ceremony.State) picture {
	t.Helper()
	p := picture{
		Attempt: s.Attempt, Place: s.Place, Presence: s.Presence, Room: s.Room, Enrolments: s.Enrolments,
		Signatures: s.Signatures, Refusals: s.Refusals, Words: s.Words, Seals: s.Seals, ToEnrol: s.ToEnrol(), Signers: s.Signers(),
		Exceptions: s.Exceptions(), Open: s.OpenExceptions(), Over: make(map[ceremony.Step]bool), Signed: s.SignedDigest(),
	}
	if s.Blocked != nil {
		p.Blocked = s.Blocked.Error()
	}
	if s.Frozen != nil {
		p.Frozen = s.Frozen.Digest()
	}
	for _, step := range ceremony.Steps() {
		p.Over[step] = s.Over(step)
	}
	p.Current, _ = s.Current()
	if s.Candidate == nil {
		return p
	}
	p.Candidate = s.Candidate.Digest()
	for i, tally := range s.Tallies {
		line := fmt.Sprintf("%s %d of %d", s.Candidate.Quorums[i].Name, tally.Good, tally.Threshold)
		for _, k := range tally.Keys {
			line += fmt.Sprintf(" %s:%v", k.Key.ID, k.Standing)
		}
		p.Tallies = append(p.Tallies, line)
	}
	raw, err := s.Assemble()
	if err != nil {
		t.Fatal(err)
	}
	p.Assembled = string(raw)
	return p
}

// require is what testing.T and rapid.T have in common.
type require interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// setOf is the facts that were not taken, and why.
func setOf(s *ceremony.State) []string {
	var out []string
	for _, r := range s.NotTaken {
		out = append(out, fmt.Sprintf("%v %v", r.Fact.ID(), r.Why))
	}
	return out
}

// busy is a rotation in which everything happens that can: a repeated
// signature, one without a statement, a refusal, exceptions, seals, and facts
// that are not to be taken.
func busy(t *testing.T) *sitting {
	t.Helper()
	first := signed(t)
	s := rotation(t, first)
	s.open()
	s.record(ceremony.Present{Name: "boston"}, ceremony.Present{Name: "dakar", Note: "late"}, ceremony.Room{Local: "2026-12-01T13:00:00Z"})
	s.enrol()
	s.by("fukuoka", "amsterdam")
	boston := s.signature(s.people["boston"])
	s.record(boston, twin(t, boston)) // two, and none of them stated
	chennai := s.refusal(s.people["chennai"], "not what was agreed")
	s.accept(chennai)
	s.record(s.stated(s.people["chennai"], chennai))
	s.by("edinburgh")
	edinburgh := s.Signatures["edinburgh"].Contribution
	s.record(s.stated(s.people["edinburgh"], edinburgh), twin(t, edinburgh))
	one := ceremony.Exception{Step: ceremony.StepSignatures, Expected: "five keyholders", Happened: "four"}
	s.record(one, ceremony.Closed{Exception: ceremony.Fact{Body: one}.ID(), Decision: "go on", By: "desk"})
	s.end("boston")
	s.record(s.word(s.people["edinburgh"]), s.seal(s.people["edinburgh"]), ceremony.Word{Participant: "chennai", Text: "I do not agree"})
	for _, f := range foreign(t, s, first) {
		s.record(f.body)
	}
	return s
}

// The state depends on the set of facts alone: not on their order, on how often
// they are there, or on the journals in which they arrived.
func TestFoldIsOfTheSet(t *testing.T) {
	s := busy(t)
	want, set := pictureOf(t, s.State), setOf(s.State)
	if len(want.Tallies) != 2 || want.Current != "" || len(set) == 0 {
		t.Fatalf("the sitting is not what the test wants: %+v, %v", want, set)
	}
	rapid.Check(t, func(t *rapid.T) {
		mixed := rapid.Permutation(s.facts).Draw(t, "order")
		for range rapid.IntRange(0, 3).Draw(t, "journals") {
			// Another journal with some of them, somewhere in between.
			at := rapid.IntRange(0, len(mixed)).Draw(t, "at")
			journal := rapid.SliceOfN(rapid.SampledFrom(s.facts), 0, 12).Draw(t, "journal")
			mixed = slices.Concat(mixed[:at], journal, mixed[at:])
		}
		got, err := ceremony.Fold(s.grounds, mixed)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, pictureOf(t, got)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(set, setOf(got)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// What is read back from the journal folds to the same.
func TestFoldOfWhatWasWritten(t *testing.T) {
	s := busy(t)
	var facts []ceremony.Fact
	for _, f := range s.facts {
		back, err := ceremony.ParseFact(f.Encode())
		if err != nil {
			t.Fatal(err)
		}
		facts = append(facts, back)
	}
	got := s.fold(facts...)
	if a, b := pictureOf(t, s.State), pictureOf(t, got); a.Assembled != b.Assembled || !maps.Equal(a.Over, b.Over) || len(a.Seals) != len(b.Seals) {
		t.Error(cmp.Diff(a, b))
	}
}

// Whatever is lost, what is left never shows more than it proves: no quorum is
// met by fewer distinct keys than its threshold, and no signature counts that
// is not there.
func TestFoldProvesNoMoreThanItHas(t *testing.T) {
	s := busy(t)
	trusted := s.grounds.Trusted
	seen := make(map[bool]int) // by whether the quorums were met
	rapid.Check(t, func(t *rapid.T) {
		var kept []ceremony.Fact
		for _, f := range s.facts {
			if rapid.Float64Range(0, 1).Draw(t, "kept") < 0.85 {
				kept = append(kept, f)
			}
		}
		got, err := ceremony.Fold(s.grounds, kept)
		if err != nil {
			t.Fatal(err)
		}
		for name := range got.Signatures {
			if _, there := s.Signatures[name]; !there {
				t.Fatalf("%s signs only where facts are missing", name)
			}
		}
		if got.Candidate == nil {
			if len(got.Signatures)+len(got.Seals) > 0 || got.QuorumsMet() {
				t.Fatal("something is signed without a candidate")
			}
			return
		}
		for i, q := range got.Candidate.Quorums {
			if n := distinct(kept, q.Role); got.Tallies[i].Good > n || got.Tallies[i].Met() && n < q.Role.Threshold {
				t.Fatalf("quorum %s: %d count, of %d keys that signed", q.Name, got.Tallies[i].Good, n)
			}
		}
		raw, err := got.Assemble()
		if err != nil {
			t.Fatal(err)
		}
		// An independent judge: what a client says of the assembled file.
		_, report := verify.Candidate(trusted, raw, verify.Options{At: at, Rehearsal: true})
		if met := report.Verdict() == verify.Accepted; met != got.QuorumsMet() {
			t.Fatalf("quorums met: %v, and a client says %s: %v", got.QuorumsMet(), report.Verdict(), report.Failures())
		}
		if got.Over(ceremony.StepSignatures) && !got.QuorumsMet() {
			t.Fatal("the signatures are over and a quorum is open")
		}
		seen[got.QuorumsMet()]++
	})
	if seen[true] == 0 || seen[false] == 0 {
		t.Errorf("quorums met %d times and not met %d times: the test proves nothing", seen[true], seen[false])
	}
}

// distinct counts the keys of a role by which some contribution is signed.
func distinct(facts []ceremony.Fact, r root.Role) int {
	keys := make(map[string]bool)
	for _, f := range facts {
		c, ok := f.Body.(ceremony.Contribution)
		if !ok || c.Kind != ceremony.SignatureMade {
			continue
		}
		if k, err := root.ParseSPKI(c.Key); err == nil && r.Has(k.Fingerprint()) {
			keys[string(c.Key)] = true
		}
	}
	return len(keys)
}
