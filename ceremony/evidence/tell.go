package evidence

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// tell says what full evidence proves, and what it only claims, a line each.
func (a *audit) tell() {
	st := a.r.State
	if st.Candidate != nil {
		from := "nothing before it"
		if !st.Trusted.IsZero() {
			from = "the trusted root " + st.Trusted.Pin().String()
		}
		a.proven("version %d, digest %v, follows from %s and the frozen plan %v", st.Candidate.Body().Version, st.Candidate.Digest(), from, st.Frozen.Digest())
	}
	for _, l := range st.Lacks() {
		a.proven("quorum %s: %d keys have signed, of %d that it needs", l.Quorum, l.Have, l.Need)
	}
	for _, c := range a.counted() {
		a.contribution(c)
	}
	for _, name := range slices.Sorted(maps.Keys(st.Refusals)) {
		a.proven("the key of %s refused, and states: %s", name, st.Refusals[name].Contribution.Reason)
	}
	a.tellSeals()
	for _, w := range st.Witnessed {
		a.proven("the witness %s signed the journal up to entry %d", w.Witness, a.at[w.Journal])
	}
	for _, b := range st.Abandoned {
		for _, s := range b.Signatures {
			a.proven("the key of %s signed another version %d, digest %v, which was given up; that stays valid", s.Participant, b.Version, b.Candidate)
		}
	}
	a.tellClaims()
}

// contribution says whose key signed, or joined, and what is known of its token.
func (a *audit) contribution(c ceremony.Contribution) {
	st := a.r.State
	k, err := root.ParseSPKI(c.Key)
	if err != nil {
		return // which does not count, and was told
	}
	did, token := "signed", ""
	if c.Kind == ceremony.Enrolled {
		did = "was held, for this attempt, by who enrolled it"
	}
	if c.Attestation != nil && st.Plan.Participants[c.Participant].Attestation == "" {
		f, _ := attest.Check(c.Attestation.Leaf, certificates(c.Attestation), st.Bundle, attest.Expect{SPKI: c.Key, Rehearsal: st.Rehearsal()}, st.Plan.SigningTime.Time())
		token = fmt.Sprintf("; it was made on the token %s (firmware %v, PIN %s, touch %s) and cannot leave it, if %s can be believed", f.Serial, f.Firmware, f.PINPolicy, f.TouchPolicy, st.Bundle.Name)
	}
	a.proven("the key of %s, %v, %s%s", c.Participant, k.Fingerprint(), did, token)
	if token == "" {
		a.claimed("the key of %s lives on the token %s: nothing attests it", c.Participant, c.Token.Serial)
	}
}

func certificates(a *ceremony.Attestation) [][]byte {
	out := make([][]byte, len(a.Chain))
	for i, c := range a.Chain {
		out[i] = c
	}
	return out
}

// tellSeals says what each seal of this place covers.
func (a *audit) tellSeals() {
	for _, f := range a.r.Gathered.Facts {
		b, is := f.Body.(ceremony.Seal)
		if !is || !a.sealHolds(b) {
			continue
		}
		word, _ := a.all[b.Word].Body.(ceremony.Word)
		says := "agrees"
		if !word.Agrees {
			says = "does not agree: " + word.Text
		}
		a.proven("%s sealed the journal up to entry %d, and %s", b.Participant, a.at[b.Journal], says)
	}
}

// tellClaims says what stands in the record because somebody wrote it.
func (a *audit) tellClaims() {
	st := a.r.State
	if last := len(a.r.Lines) - 1; a.r.Covered < last {
		a.claimed("no signature covers the entries from %d to %d of the journal", a.r.Covered+1, last)
	}
	var here []string
	for _, p := range st.Presence {
		line := p.Name
		if p.Person != "" {
			line += " (" + p.Person + ")"
		}
		here = append(here, line)
	}
	slices.Sort(here)
	if len(here) > 0 {
		a.claimed("at %q were: %s", st.Place, strings.Join(here, ", "))
	}
	if st.Room != nil {
		a.claimed("the machine's clock said %s when an outside clock said %s", st.Room.Local, st.Room.Outside)
		for _, line := range st.Room.Machine {
			a.claimed("the machine said: %s", line)
		}
		for _, f := range st.Room.Findings {
			if !f.OK {
				a.claimed("%s: %s", f.ID, f.Text)
			}
		}
	}
	a.claimed("the program was %s, by its own word", a.found.Manifest.Tool)
	a.tellExceptions()
	for _, name := range slices.Sorted(maps.Keys(st.Claimed)) {
		a.claimed("%s refuses, and no key has stated it: %s", name, st.Claimed[name].Reason)
	}
	sealed := st.Sealed()
	for _, w := range st.Words {
		if !slices.ContainsFunc(sealed, func(b ceremony.Seal) bool { return b.Participant == w.Participant }) {
			says := "agrees"
			if !w.Agrees {
				says = "does not agree: " + w.Text
			}
			a.claimed("%s %s, in a word that no seal of theirs covers", w.Participant, says)
		}
	}
	a.claimed("every time in the record, and that the keyholders themselves held their tokens")
}

// tellExceptions says what was recorded as an exception, and what was decided.
func (a *audit) tellExceptions() {
	decided := make(map[root.Digest]ceremony.Closed)
	for _, f := range a.all {
		if c, is := f.Body.(ceremony.Closed); is {
			decided[c.Exception] = c
		}
	}
	for _, id := range sorted(a.all) {
		e, is := a.all[id].Body.(ceremony.Exception)
		if !is {
			continue
		}
		end := "open"
		if c, closed := decided[id]; closed {
			end = fmt.Sprintf("decided by %s: %s", c.By, c.Decision)
		}
		a.claimed("exception at %s: %s; expected: %s; %s", e.Step, e.Happened, e.Expected, end)
	}
}
