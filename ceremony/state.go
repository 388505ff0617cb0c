package ceremony

import (
	"slices"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// Grounds are what a sitting stands on besides its facts.
type Grounds struct {
	Plan    *plan.Plan     // as opened: a draft, or frozen
	Trusted verify.Trusted // zero for a genesis
	// Before is the key manager document that the plan's follows, nil if it follows
	// none. What changes is shown against it; it is described, not judged.
	Before *root.KeyManager
	Bundle attest.Bundle // whose attestations are taken
	// Order is that of this place's journal. Without one, a seal's word is
	// taken for what its head covers.
	Order *Order
}

// A State is where a sitting stands. [Fold] makes it; nothing changes it.
type State struct {
	Grounds
	Attempt  root.Digest // zero until it is opened
	Place    string
	CAs      CAs         // by which this place began to judge attestations; zero if its journal names none
	Presence []Present   // here
	Room     *Room       // here
	Salt     root.Digest // by which this place hides what is not public; zero until the hand-over

	// Elsewhere, at a keyholder's own place: what it was opened for.
	Request root.Digest      // SHA-256 of the request; zero where the sitting is led
	For     string           // the participant
	Asks    ContributionKind // what is asked of them

	Enrolments map[string]Contribution // by participant, those that count
	Frozen     *plan.Plan              // nil until every key is there
	Candidate  *root.Candidate         // nil until there is a frozen plan
	Blocked    error                   // why a frozen plan yields no candidate
	Signatures map[string]Accepted     // by participant, those that count
	Refusals   map[string]Accepted     // by participant
	Claimed    map[string]Contribution // refusals that no key has stated; they count nothing
	Asked      map[string][]Asked      // requests written, by participant
	Abandoned  []Abandoned             // what earlier sittings left behind
	Aborted    *Aborted                // this place has ended it
	Tallies    []root.Tally            // of the candidate's quorums, in their order
	Words      []Word
	Seals      []Seal
	Witnessed  []Witnessed // heads of this place's journal, signed by witnesses with a key
	NotTaken   []Rejected

	signed     root.Digest // of the assembled file, once the quorums are met
	exceptions map[root.Digest]Exception
	here       map[root.Digest]bool // exceptions that this place recorded
	closed     map[root.Digest]Closed
	judged     map[root.Digest]bool // contributions, by the id of the fact
	recorded   map[root.Digest]bool // what stands for itself, by the id of the fact
	confirmed  map[Step]map[root.Digest]bool
	statements map[root.Digest][]Stated // by contribution, those not yet looked at
	proofs     map[root.Digest]Stated   // by contribution, one that holds
	words      map[root.Digest]Word     // by the id of the fact
	breaks     int                      // begun
	resumed    int                      // and ended
}

// Accepted is a contribution that counts. Stated is false for one without a
// statement by its key.
type Accepted struct {
	Contribution Contribution
	Stated       bool
}

// Rejected is a fact that was read and not taken.
type Rejected struct {
	Fact Fact
	Why  error
}

// Rehearsal reports the plan's mode.
func (g Grounds) Rehearsal() bool { return g.Plan.Mode == plan.Rehearsal }

// Chain is the digest of the chain's first root; zero for a genesis.
func (g Grounds) Chain() root.Digest {
	if g.Plan.Continues == nil {
		return root.Digest{}
	}
	return g.Plan.Continues.First().Root()
}

// TrustedRoot is the root that this one continues, nil for a genesis.
func (g Grounds) TrustedRoot() *root.Root { return g.Trusted.Root() }

// Elsewhere reports whether this is a keyholder's own place, which was asked
// for one contribution, and not where the sitting is led.
func (s *State) Elsewhere() bool { return !s.Request.IsZero() }

// Break is the number of the break that this place is in; false if it is in none.
func (s *State) Break() (int, bool) { return s.breaks - 1, s.breaks > s.resumed }

// NextBreak numbers the next break.
func (s *State) NextBreak() int { return s.breaks }

// StatementOf is a statement that holds about a contribution.
func (s *State) StatementOf(c Contribution) (Stated, bool) {
	st, ok := s.proofs[c.Digest()]
	return st, ok
}

// NextLook numbers the next look at the room.
func (s *State) NextLook() int {
	if s.Room == nil {
		return 0
	}
	return s.Room.Look + 1
}

// InForce is the plan that counts: the frozen one as soon as there is one.
func (s *State) InForce() *plan.Plan {
	if s.Frozen != nil {
		return s.Frozen
	}
	return s.Plan
}

// Joining are the keyholders that prove possession before their key counts: all
// whose key is not in the trusted root.
func (s *State) Joining() []string { return s.Plan.Joining(s.TrustedRoot()) }

// ToEnrol are the joining keyholders that have not done so.
func (s *State) ToEnrol() []string {
	return slices.DeleteFunc(s.Joining(), func(name string) bool {
		_, done := s.Enrolments[name]
		return done
	})
}

// Signers are the participants whose key counts for some quorum of the
// candidate, in the order of the quorums' keys.
func (s *State) Signers() []string {
	if s.Candidate == nil {
		return nil
	}
	var out []string
	for _, k := range s.Candidate.Keys() {
		if name, ok := s.Frozen.NameOf(k.Fingerprint()); ok {
			out = append(out, name)
		}
	}
	return out
}

// RootSignatures are the signatures that count, for assembling.
func (s *State) RootSignatures() []root.Signature {
	var out []root.Signature
	for _, name := range s.Signers() {
		if a, ok := s.Signatures[name]; ok {
			sig, _ := a.Contribution.rootSignature()
			out = append(out, sig)
		}
	}
	return out
}

// QuorumsMet reports whether every quorum of the candidate is met.
func (s *State) QuorumsMet() bool {
	return len(s.Tallies) > 0 && !slices.ContainsFunc(s.Tallies, func(t root.Tally) bool { return !t.Met() })
}

// Assemble is the signed document as a file, with the signatures that count.
func (s *State) Assemble() ([]byte, error) { return s.Candidate.Assemble(s.RootSignatures()) }

// SignedDigest is the SHA-256 of the assembled file; zero before the quorums
// are met.
func (s *State) SignedDigest() root.Digest { return s.signed }

// An OpenException is an exception that nobody has closed.
type OpenException struct {
	ID root.Digest
	Exception
}

// OpenExceptions are the exceptions that are still open, in a stable order.
func (s *State) OpenExceptions() []OpenException {
	var out []OpenException
	for id, e := range s.exceptions {
		if _, done := s.closed[id]; !done {
			out = append(out, OpenException{id, e})
		}
	}
	slices.SortFunc(out, func(a, b OpenException) int { return slices.Compare(a.ID[:], b.ID[:]) })
	return out
}

// exceptionIDs are the ids of all exceptions and of what was decided about each.
func (s *State) exceptionIDs() []root.Digest {
	var ids []root.Digest
	for id := range s.exceptions {
		ids = append(ids, id)
		if c, done := s.closed[id]; done {
			ids = append(ids, Fact{c}.ID())
		}
	}
	slices.SortFunc(ids, func(a, b root.Digest) int { return slices.Compare(a[:], b[:]) })
	return ids
}

// ExceptionsDigest is the SHA-256 of all exceptions and of what was decided
// about each; zero if there are none. A word names it, so that what is recorded
// after the last seal does not pass for sealed.
func (s *State) ExceptionsDigest() root.Digest {
	var all []byte
	for _, id := range s.exceptionIDs() {
		all = append(all, id[:]...)
	}
	if len(all) == 0 {
		return root.Digest{}
	}
	return root.DigestOf(all)
}

// Sealed are the seals that cover everything, one for each participant: whose
// word was given when the exceptions were those of now, and whose signed head
// stands in the journal behind both.
func (s *State) Sealed() []Seal {
	seen := make(map[string]bool)
	return slices.DeleteFunc(slices.Clone(s.Seals), func(b Seal) bool {
		if seen[b.Participant] || s.words[b.Word].Exceptions != s.ExceptionsDigest() || !s.behind(b) {
			return true
		}
		seen[b.Participant] = true
		return false
	})
}

// behind reports whether the head that a seal signs covers its word, the
// exceptions and the decisions. The signature is over the head alone.
func (s *State) behind(b Seal) bool {
	return s.Order == nil || s.Order.covers(b.Journal, append(s.exceptionIDs(), b.Word)...)
}

// Exceptions counts all, open and closed.
func (s *State) Exceptions() int { return len(s.exceptions) }

// ExceptionFor reports whether it was recorded as an exception that this
// happened here, about a subject.
func (s *State) ExceptionFor(subject, happened string) bool {
	for id, e := range s.exceptions {
		if s.here[id] && e.Subject == subject && e.Happened == happened {
			return true
		}
	}
	return false
}
