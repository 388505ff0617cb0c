package evidence

import (
	"slices"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// Options say how evidence is checked.
type Options struct {
	Verify verify.Options // the time, whether a rehearsal's is taken
	// Trusted or Pin is a root that the auditor trusts already, from another
	// source than the evidence: the one that was continued, or one before it. For
	// a genesis it is the first root itself; without one nothing vouches for it,
	// and the report says so. Trusted counts, if both are given.
	Trusted verify.Trusted
	Pin     verify.Pin
	CAs     attest.Bundle // whose attestations the auditor takes
	// Beside is more evidence of the same sitting, that of other places: copies of
	// this place's journal in it tell what was changed here.
	Beside [][]byte
}

// Findings are what evidence shows, a line each for people. Proven is what
// follows from signatures, or was computed anew; Claimed is what somebody wrote.
// Both mean something only where the report refuses nothing.
type Findings struct {
	Manifest Manifest
	Proven   []string
	Claimed  []string
	Record   *Record       // full evidence, taken apart; nil for public evidence, and where it cannot be
	Public   *PublicRecord // public evidence; nil for full evidence
}

// A Record is full evidence, taken apart and computed anew.
type Record struct {
	Files    Files
	Plan     *plan.Plan
	Trusted  verify.Trusted   // zero for a genesis
	Before   *root.KeyManager // what the plan's follows; nil if it follows none
	Header   journal.Header
	Lines    []journal.Line // of the journal, each read by itself
	Gathered *ceremony.Gathered
	Entries  []int // of each fact of the journal, the number of its entry
	State    *ceremony.State
	Signed   []byte // the signed document; nil if there is none
	// Covered is the last entry of the journal that a signature covers, 0 for
	// none. What comes after it is claimed.
	Covered int
}

// An audit is one run of [Check].
type audit struct {
	o        Options
	files    Files
	report   verify.Report
	found    *Findings
	r        *Record
	arrivals map[root.Digest]*arrival              // by the SHA-256 of the file
	all      map[root.Digest]ceremony.Fact         // by id: of the journal, and of what arrived
	about    map[root.Digest]ceremony.Contribution // by what a statement names
	at       map[root.Digest]int                   // the entry that a head is the digest of
	// continued is the root before the signed one, or above it, zero for a genesis;
	// signed is what a client takes.
	continued verify.Trusted
	signed    *root.Body
}

// Check judges evidence from its bytes and what the auditor trusts, and nothing
// else. The report has a check of every rule; where one could not be judged, it
// says why. The findings are never nil.
func Check(raw []byte, o Options) (verify.Report, *Findings) {
	a := newAudit(o)
	a.run(raw)
	a.rest()
	return a.report, a.found
}

func newAudit(o Options) *audit {
	return &audit{
		o: o, found: &Findings{}, report: verify.Report{Subject: "evidence", At: o.Verify.At},
		arrivals: make(map[root.Digest]*arrival), all: make(map[root.Digest]ceremony.Fact),
		about: make(map[root.Digest]ceremony.Contribution), at: make(map[root.Digest]int),
	}
}

func (a *audit) run(raw []byte) {
	if !a.unpack(raw) {
		return
	}
	if a.found.Manifest.Profile == Public {
		a.public()
		return
	}
	for _, part := range []func() bool{a.plan, a.chain, a.journal, a.gather, a.fold} {
		if !part() {
			return
		}
	}
	a.found.Record = a.r
	for _, part := range []func(){
		a.copies, a.manifest, a.frozen, a.arrived, a.attestations, a.contributions,
		a.quorums, a.root, a.seals, a.exceptions, a.words, a.witnesses, a.abandoned, a.end, a.tell,
	} {
		part()
	}
}

// unpack takes the archive apart and compares it with its manifest.
func (a *audit) unpack(raw []byte) bool {
	var err error
	if a.files, err = Read(raw); err != nil {
		a.fail(ruleArchive, "archive", "%v", err)
		return false
	}
	a.pass(ruleArchive, "archive", "%d files, and nothing else", len(a.files))
	m, err := ParseManifest(a.files[ManifestFile])
	a.found.Manifest = m
	if err != nil {
		a.fail(ruleManifest, ManifestFile, "%v", err)
		return false
	}
	return a.listed(m)
}

// listed compares the files with the manifest's list of them.
func (a *audit) listed(m Manifest) bool {
	good := true
	have, said := entries(a.files), make(map[string]Entry)
	for _, e := range m.Files {
		said[e.Name] = e
	}
	for _, e := range have {
		switch want, listed := said[e.Name]; {
		case !listed:
			good = a.fail(ruleFiles, e.Name, "is there, and the manifest does not list it")
		case want != e:
			good = a.fail(ruleFiles, e.Name, "has %d bytes with SHA-256 %v, the manifest says %d with %v", e.Size, e.SHA256, want.Size, want.SHA256)
		}
	}
	for _, e := range m.Files {
		if _, there := a.files[e.Name]; !there {
			good = a.fail(ruleFiles, e.Name, "is listed in the manifest, and is not there")
		}
	}
	if good && !slices.Equal(have, m.Files) {
		good = a.fail(ruleFiles, ManifestFile, "lists the files in another order, or one of them twice")
	}
	if good && a.belongs(m) {
		a.pass(ruleFiles, ManifestFile, "%d files, each of the size and SHA-256 that it says", len(have))
	}
	return true // what is there is judged all the same
}

// belongs refuses what has no place in evidence of that profile, and misses what
// none can be without.
func (a *audit) belongs(m Manifest) bool {
	good := true
	want, never := []string{PlanFile, JournalFile}, []string{PublicFile}
	if m.Profile == Public {
		want, never = never, []string{PlanFile, FrozenFile, CandidateFile, JournalFile}
	} else if m.Profile != Full {
		return a.fail(ruleManifest, ManifestFile, "profile %q is none that is known", m.Profile)
	}
	for _, name := range want {
		if _, there := a.files[name]; !there {
			good = a.fail(ruleFiles, name, "is not there, and %s evidence has it", m.Profile)
		}
	}
	for name := range a.files {
		if _, came := arrivedDigest(name); slices.Contains(never, name) || came && m.Profile == Public {
			good = a.fail(ruleFiles, name, "has no place in %s evidence", m.Profile)
		}
	}
	return good
}
