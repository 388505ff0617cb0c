package evidence

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// An attack changes something about good evidence, and says which rules refuse
// it, or warn of it, and no others.
type attack struct {
	name   string
	make   func(t *testing.T, p *place, o *Options) []byte
	breaks string // rules that fail
	warns  string // rules that warn; only looked at where none fails
}

// edit changes the files of a finished sitting's evidence. The manifest lists
// them as they are then.
func edit(change func(files Files)) func(*testing.T, *place, *Options) []byte {
	return func(t *testing.T, p *place, _ *Options) []byte {
		files := opened(t, finished(t).hands())
		change(files)
		return listed(t, files)
	}
}

// rewrite is edit with all of the manifest made anew.
func rewrite(change func(files Files)) func(*testing.T, *place, *Options) []byte {
	return func(t *testing.T, p *place, _ *Options) []byte {
		files := opened(t, finished(t).hands())
		change(files)
		return p.w.closed(t, files)
	}
}

// manifest changes members of the manifest alone.
func manifest(change func(m *Manifest)) func(*testing.T, *place, *Options) []byte {
	return edit(func(files Files) { files.manifest(change) })
}

func (f Files) manifest(change func(m *Manifest)) {
	m, err := ParseManifest(f[ManifestFile])
	if err != nil {
		panic(err)
	}
	change(&m)
	f[ManifestFile] = m.Encode()
}

// replace changes the first of these words in a file.
func (f Files) replace(name, old, by string) {
	if !strings.Contains(string(f[name]), old) {
		panic(name + " has no " + old)
	}
	f[name] = []byte(strings.Replace(string(f[name]), old, by, 1))
}

// find is the name of a file that begins so.
func (f Files) find(prefix string) string {
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if strings.HasPrefix(name, prefix) {
			return name
		}
	}
	panic("no file " + prefix)
}

// led plays a sitting to its end, and does something at some moment.
func led(until, then func(p *place)) func(*testing.T, *place, *Options) []byte {
	return func(t *testing.T, p *place, _ *Options) []byte {
		p.untilOneSigned()
		p.signsToo()
		until(p)
		p.seals("amsterdam")
		then(p)
		return p.hands()
	}
}

func nothing(*place) {}

// says makes a manifest say that the sitting came to its end.
func says(raw func(*testing.T, *place, *Options) []byte) func(*testing.T, *place, *Options) []byte {
	return func(t *testing.T, p *place, o *Options) []byte {
		files := opened(t, raw(t, p, o))
		files.manifest(func(m *Manifest) { m.Outcome = Signed })
		return listed(t, files)
	}
}

func attacks() []attack {
	return slices.Concat(attacksOnFiles(), attacksOnTheChain(), attacksOnTheRecord(), attacksOnPeople(), attacksOnWhatIsLeft(), attacksOnPublicEvidence())
}

func attacksOnFiles() []attack {
	good := func(t *testing.T, _ *place, _ *Options) []byte { return finished(t).hands() }
	return []attack{
		{name: "a byte behind the end", breaks: "ARCHIVE", make: func(t *testing.T, p *place, o *Options) []byte { return append(good(t, p, o), 0) }},
		{name: "no end", breaks: "ARCHIVE", make: func(t *testing.T, p *place, o *Options) []byte {
			raw := good(t, p, o)
			return raw[:len(raw)-block]
		}},
		{name: "nothing", breaks: "ARCHIVE", make: func(*testing.T, *place, *Options) []byte { return nil }},
		{name: "a file the manifest does not list", breaks: "FILES", make: func(t *testing.T, p *place, o *Options) []byte {
			files := opened(t, good(t, p, o))
			files.manifest(func(m *Manifest) { m.Files = m.Files[1:] })
			raw, _ := Write(files)
			return raw
		}},
		{name: "a file the manifest lists is not there", breaks: "FILES", make: func(t *testing.T, p *place, o *Options) []byte {
			files := opened(t, good(t, p, o))
			files.manifest(func(m *Manifest) { m.Files = append(m.Files, Entry{Name: "3.root.json"}) })
			raw, _ := Write(files)
			return raw
		}},
		{name: "a file listed twice", breaks: "FILES", make: func(t *testing.T, p *place, o *Options) []byte {
			files := opened(t, good(t, p, o))
			files.manifest(func(m *Manifest) { m.Files = append(m.Files, m.Files[0]) })
			raw, _ := Write(files)
			return raw
		}},
		{name: "a file of another size", breaks: "FILES CANDIDATE", make: func(t *testing.T, p *place, o *Options) []byte {
			files := opened(t, good(t, p, o))
			files[CandidateFile] = append(bytes.Clone(files[CandidateFile]), ' ')
			raw, _ := Write(files)
			return raw
		}},
		{name: "a file of public evidence", breaks: "FILES", make: edit(func(f Files) { f[PublicFile] = []byte("{}\n") })},
		{name: "no plan", breaks: "FILES PLAN", make: edit(func(f Files) { delete(f, PlanFile) })},
		{name: "no journal", breaks: "FILES JOURNAL", make: edit(func(f Files) { delete(f, JournalFile) })},
		{name: "a manifest that is none", breaks: "MANIFEST", make: func(t *testing.T, p *place, o *Options) []byte {
			files := opened(t, good(t, p, o))
			files[ManifestFile] = []byte("{}\n")
			raw, _ := Write(files)
			return raw
		}},
		{name: "another schema", breaks: "MANIFEST", make: func(t *testing.T, p *place, o *Options) []byte {
			files := opened(t, good(t, p, o))
			files.replace(ManifestFile, "evidence/v1", "evidence/v2")
			raw, _ := Write(files)
			return raw
		}},
		{name: "a manifest in other words", breaks: "MANIFEST", make: func(t *testing.T, p *place, o *Options) []byte {
			files := opened(t, good(t, p, o))
			files[ManifestFile] = append(bytes.Clone(files[ManifestFile]), '\n')
			raw, _ := Write(files)
			return raw
		}},
		{name: "a profile of its own", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Profile = "secret" })},
		{name: "an outcome that is none", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Outcome = "perfect" })},
		{name: "another outcome", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Outcome = Aborted })},
		{name: "another attempt", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Attempt = digest(1) })},
		{name: "another plan in the manifest", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Plan = digest(1) })},
		{name: "another frozen plan in the manifest", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Frozen = digest(1) })},
		{name: "another chain in the manifest", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Chain = digest(1) })},
		{name: "another candidate in the manifest", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Candidate = digest(1) })},
		{name: "another version in the manifest", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Version = 7 })},
		{name: "another signed file in the manifest", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Signed = digest(1) })},
		{name: "other CAs in the manifest", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.CAs.Maker = true })},
		{name: "another tool", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Tool = "2.0.0" })},
		{name: "another program", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Program = digest(1) })},
		{name: "another head", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Head = digest(1) })},
		{name: "other sealed heads", breaks: "MANIFEST", make: manifest(func(m *Manifest) { m.Sealed = append(m.Sealed, digest(1)) })},
	}
}

func attacksOnTheChain() []attack {
	return []attack{
		{name: "the pin of another chain", breaks: "PIN", make: func(t *testing.T, p *place, o *Options) []byte {
			o.Pin.Digest = digest(1)
			return finished(t).hands()
		}},
		{name: "no pin", breaks: "PIN", make: func(t *testing.T, p *place, o *Options) []byte {
			o.Pin = verify.Pin{}
			return finished(t).hands()
		}},
		{name: "a pin of what was made", breaks: "PIN", make: func(t *testing.T, p *place, o *Options) []byte {
			o.Pin = verify.Pin{Version: 2, Digest: finished(t).state.Candidate.Digest()}
			return finished(t).hands()
		}},
		{name: "another root under the pinned version", breaks: "PIN", make: func(t *testing.T, p *place, o *Options) []byte {
			o.Trusted = p.w.trusted
			files := opened(t, finished(t).hands())
			files["chain/1.root.json"] = files["2.root.json"]
			return listed(t, files)
		}},
		{name: "a chain that begins after the pin", breaks: "PIN", make: func(t *testing.T, p *place, o *Options) []byte {
			files := opened(t, p.w.third(t).hands())
			delete(files, "chain/1.root.json")
			return listed(t, files)
		}},
		{name: "no chain", breaks: "CHAIN", make: edit(func(f Files) { delete(f, "chain/1.root.json") })},
		{name: "a chain with a gap", breaks: "CHAIN", make: func(t *testing.T, p *place, o *Options) []byte {
			files := opened(t, p.w.third(t).hands())
			delete(files, "chain/2.root.json")
			return listed(t, files)
		}},
		{name: "a chain that goes on", breaks: "CHAIN", make: edit(func(f Files) { f["chain/2.root.json"] = f["2.root.json"] })},
		{name: "a root in the chain without its quorum", breaks: "CHAIN", make: func(t *testing.T, p *place, o *Options) []byte {
			files := opened(t, p.w.third(t).hands())
			files["chain/2.root.json"] = unsigned(files["chain/2.root.json"])
			return listed(t, files)
		}},
		{name: "another first root than the statements name", breaks: "CHAIN", make: func(t *testing.T, p *place, o *Options) []byte {
			third := p.w.third(t)
			o.Pin = third.grounds.Trusted.Pin()
			files := opened(t, third.hands())
			files["chain/1.root.json"] = files["chain/2.root.json"]
			return listed(t, files)
		}},
		{name: "a genesis with a chain", breaks: "CHAIN", make: func(t *testing.T, p *place, o *Options) []byte {
			files := opened(t, p.w.genesis.hands())
			files["chain/1.root.json"] = files["1.root.json"]
			return listed(t, files)
		}},
		{name: "a rehearsal for the real thing", breaks: "MODE", make: func(t *testing.T, p *place, o *Options) []byte {
			o.Verify.Rehearsal = false
			return finished(t).hands()
		}},
		{name: "the real thing for a rehearsal", breaks: "MODE", make: edit(func(f Files) {
			f.replace(PlanFile, "mode: rehearsal", "mode: production")
			f[PlanFile] = []byte(strings.ReplaceAll(string(f[PlanFile]), "kind: rehearsal", "kind: piv"))
		})},
		{name: "another plan", breaks: "PLAN", make: edit(func(f Files) { f.replace(PlanFile, "name: Test", "name: Another") })},
		{name: "another frozen plan", breaks: "PLAN", make: edit(func(f Files) { f.replace(FrozenFile, "name: Test", "name: Another") })},
		{name: "no frozen plan", breaks: "PLAN", make: edit(func(f Files) { delete(f, FrozenFile) })},
		{name: "a plan that is none", breaks: "PLAN", make: edit(func(f Files) { f[PlanFile] = []byte("rootmoot: 2\n") })},
		{name: "another candidate", breaks: "CANDIDATE", make: edit(func(f Files) { f.replace(CandidateFile, "2027-", "2028-") })},
		{name: "no candidate", breaks: "CANDIDATE", make: edit(func(f Files) { delete(f, CandidateFile) })},
		{name: "a root with another signature", breaks: "ROOT", make: edit(func(f Files) { f["2.root.json"] = unsigned(f["2.root.json"]) })},
		{name: "no root", breaks: "ROOT", make: edit(func(f Files) { delete(f, "2.root.json") })},
		{name: "a second root", breaks: "ROOT", make: edit(func(f Files) { f["3.root.json"] = f["2.root.json"] })},
		{name: "a root that nobody signed", breaks: "ROOT", warns: "", make: func(t *testing.T, p *place, o *Options) []byte {
			p.untilOneSigned()
			files := opened(t, p.hands())
			files["2.root.json"] = opened(t, finished(t).hands())["2.root.json"]
			return listed(t, files)
		}},
	}
}

// unsigned is a root with its signatures under keyids that nobody lists.
func unsigned(raw []byte) []byte {
	r, err := root.Parse(raw)
	if err != nil {
		panic(err)
	}
	sigs, signed, _ := strings.Cut(string(raw), `"signed":`)
	for i, e := range r.Envelope.Entries {
		sigs = strings.Replace(sigs, e.KeyID, fmt.Sprintf("%064x", i), 1)
	}
	return []byte(sigs + `"signed":` + signed)
}

func attacksOnTheRecord() []attack {
	return []attack{
		{name: "an entry after the last seal", breaks: "JOURNAL", make: rewrite(func(f Files) {
			lines := f.lines()
			lines[33] = strings.Replace(lines[33], "T12:", "T13:", 1)
			f.setLines(lines)
		})},
		{name: "a journal cut short", breaks: "JOURNAL", make: rewrite(func(f Files) { f[JournalFile] = f[JournalFile][:len(f[JournalFile])-1] })},
		{name: "a fact that nobody knows", breaks: "JOURNAL", make: rewrite(func(f Files) {
			lines := f.lines()
			lines[34] = strings.Replace(lines[34], `"kind":"salted"`, `"kind":"sweet"`, 1)
			f.setLines(lines)
		})},
		{name: "a journal written anew from some entry on", breaks: "HEAD WITNESS", make: rewrite(func(f Files) {
			lines := f.lines()
			lines[5] = strings.Replace(lines[5], "T12:", "T13:", 1)
			f.setLines(rehashed(lines, 6))
		})},
		{name: "another attempt in the journal", breaks: "HEAD RECORD QUORUM SEAL PLAN CANDIDATE ROOT MANIFEST WITNESS", make: edit(func(f Files) {
			lines := f.lines()
			lines[1] = strings.Replace(lines[1], digest(0xa7).String(), digest(0xa8).String(), 1)
			f.setLines(rehashed(lines, 2))
		})},
		{name: "two records of one place", breaks: "EQUIVOCATION", make: led(func(p *place) {
			a, b := p.beside(), p.beside()
			b.record(ceremony.Present{Name: "chennai"})
			a.excepts()
			p.takes(a.journal())
			p.takes(b.journal())
		}, nothing)},
		{name: "a file from elsewhere replaced", breaks: "ARRIVED", make: edit(func(f Files) {
			f.replace(f.find("arrived-"), "desk", "disk")
		})},
		{name: "a file from elsewhere taken away", breaks: "ARRIVED", make: edit(func(f Files) { delete(f, f.find("arrived-")) })},
		{name: "a file that was set aside taken away", breaks: "ARRIVED", make: edit(func(f Files) { delete(f, f.find("aside-")) })},
		{name: "a file that never came", breaks: "ARRIVED", make: edit(func(f Files) {
			f["aside-"+root.DigestOf([]byte("x")).String()] = []byte("x")
		})},
		{name: "a record that goes on after its statement", breaks: "RECORD", make: led(func(p *place) {
			d, err := ceremony.ParseDelivery(p.desk(ceremony.Refused, "edinburgh"))
			if err != nil {
				p.t.Fatal(err)
			}
			lines := strings.SplitAfter(d.Journal, "\n")
			d.Journal += entryLine(3, root.DigestOf([]byte(strings.TrimSpace(lines[2]))), ceremony.Fact{Body: ceremony.Present{Name: "audit"}}) + "\n"
			p.blindly(d.Encode(), ceremony.ArrivedContribution)
		}, nothing)},
		{name: "a record of another attempt", breaks: "RECORD", make: led(func(p *place) {
			b := p.w.place(p.t, "boston", p.grounds.Plan.Raw())
			b.attempt = digest(0xa8)
			b.open()
			p.blindly(b.journal(), ceremony.ArrivedJournal)
		}, nothing), warns: "FACT"},
		{name: "a record of which more counts than was signed", breaks: "RECORD", make: led(func(p *place) {
			b := p.beside()
			b.excepts() // which nobody signs
			a := ceremony.Arrived{Form: ceremony.ArrivedJournal, SHA256: root.DigestOf(b.journal()), Size: len(b.journal()), Place: "boston", Covered: len(b.lines) - 1}
			p.kept[a.FileName()] = b.journal()
			p.recordWith(a, b.facts())
		}, nothing)},
		{name: "a record of nothing", breaks: "RECORD", make: led(func(p *place) {
			p.blindly([]byte("{}\n"), ceremony.ArrivedContribution)
		}, nothing)},
	}
}

// facts are those of its own journal.
func (p *place) facts() []ceremony.Fact { return p.got.Facts }

// blindly takes a file without judging it.
func (p *place) blindly(raw []byte, form ceremony.ArrivedForm) {
	p.t.Helper()
	a := ceremony.Arrived{Form: form, SHA256: root.DigestOf(raw), Size: len(raw), Place: "elsewhere"}
	p.kept[a.FileName()] = raw
	p.record(a)
}

func attacksOnPeople() []attack {
	return []attack{
		{name: "CAs that attest nobody here", breaks: "ATTEST PLAN CANDIDATE QUORUM RECORD ROOT SEAL MANIFEST", make: func(t *testing.T, p *place, o *Options) []byte {
			maker, err := attest.YubicoBundle()
			if err != nil {
				t.Fatal(err)
			}
			o.CAs = maker
			return finished(t).hands()
		}},
		{name: "a journal that names other CAs", warns: "CAS", make: func(t *testing.T, p *place, o *Options) []byte {
			p.w.bundle.Digest[0]++
			defer func() { p.w.bundle.Digest[0]-- }()
			return led(nothing, nothing)(t, p, o)
		}},
		{name: "an enrolment of another attempt", warns: "FACT", make: led(func(p *place) {
			c := p.contribution(ceremony.Enrolled, "edinburgh")
			c.Attempt = digest(1)
			p.record(c)
		}, nothing)},
		{name: "a statement for another candidate", warns: "FACT", make: led(func(p *place) {
			c := p.contribution(ceremony.SignatureMade, "chennai")
			c.Candidate = digest(1)
			p.record(c)
			p.record(p.stated(c, p.head()))
		}, nothing)},
		{name: "a statement by another key", warns: "FACT", make: led(func(p *place) {
			c := p.contribution(ceremony.Refused, "chennai")
			s := p.stated(c, p.head())
			s.Sig = p.w.people["boston"].sign([]byte("something else, which is long enough"))
			p.record(c, s)
		}, nothing)},
		{name: "a signature that nobody stated", warns: "STATEMENT", make: led(func(p *place) {
			p.record(p.contribution(ceremony.SignatureMade, "chennai"))
		}, nothing)},
		{name: "too few signatures", breaks: "QUORUM SEAL MANIFEST", make: says(func(t *testing.T, p *place, o *Options) []byte {
			p.untilOneSigned()
			return p.hands()
		})},
		{name: "no candidate", breaks: "QUORUM SEAL MANIFEST", make: says(func(t *testing.T, p *place, o *Options) []byte {
			p.open()
			return p.hands()
		})},
		{name: "a seal of another sitting", breaks: "SEAL", make: func(t *testing.T, p *place, o *Options) []byte {
			p.attempt = digest(0xa9)
			return led(nothing, func(p *place) { p.record(finished(t).state.Seals[0]) })(t, p, o)
		}},
		{name: "a seal of another journal of this sitting", breaks: "SEAL HEAD", make: led(nothing, func(p *place) {
			for _, b := range finished(p.t).state.Seals {
				p.record(b)
			}
		})},
		{name: "a seal over nothing of this journal", breaks: "HEAD", make: led(nothing, func(p *place) {
			word := ceremony.Word{Participant: "boston", Agrees: true, Exceptions: p.state.ExceptionsDigest()}
			p.record(word)
			st, _ := p.state.SealStatement(digest(1))
			p.record(ceremony.Seal{Participant: "boston", Word: ceremony.Fact{Body: word}.ID(), Journal: digest(1), Sig: p.w.people["boston"].sign(st.Text())})
		})},
		{name: "no seal", breaks: "SEAL MANIFEST", make: says(func(t *testing.T, p *place, o *Options) []byte {
			p.untilOneSigned()
			p.signsToo()
			return p.hands()
		})},
		{name: "an exception after the last seal", breaks: "SEAL MANIFEST", make: says(led(nothing, (*place).excepts))},
		{name: "an exception that is open", breaks: "EXCEPTION SEAL MANIFEST", make: says(led(nothing, func(p *place) {
			p.record(ceremony.Exception{Step: ceremony.StepSeal, Expected: "quiet", Happened: "a fire alarm"})
		}))},
		{name: "an exception that is open, and said to be", warns: "EXCEPTION SEAL END", make: led(nothing, func(p *place) {
			p.record(ceremony.Exception{Step: ceremony.StepSeal, Expected: "quiet", Happened: "a fire alarm"})
		})},
		{name: "somebody who does not agree", warns: "WORD", make: led(nothing, func(p *place) {
			p.record(ceremony.Word{Participant: "boston", Text: "the door stood open"})
		})},
		{name: "a witness who signed another text", breaks: "WITNESS", make: led(nothing, func(p *place) {
			p.record(ceremony.Witnessed{Witness: "audit", Journal: p.head(), Signature: p.w.witnessed([]byte("something else"))})
		})},
		{name: "a witness who signed another head", breaks: "WITNESS HEAD", make: led(nothing, func(p *place) {
			p.record(ceremony.Witnessed{Witness: "audit", Journal: digest(1), Signature: p.w.witnessed(p.state.WitnessHead(digest(1)).Text())})
		})},
		{name: "an aborted sitting", warns: "END SEAL QUORUM", make: func(t *testing.T, p *place, o *Options) []byte {
			p.untilOneSigned()
			p.aborts()
			return p.hands()
		}},
		{name: "a sitting that nobody has signed anything of", warns: "END SEAL QUORUM HEAD", make: func(t *testing.T, p *place, o *Options) []byte {
			p.open()
			return p.hands()
		}},
	}
}

func attacksOnWhatIsLeft() []attack {
	left := func(change func(b *ceremony.Abandoned)) func(*testing.T, *place, *Options) []byte {
		return led(func(p *place) {
			b := p.leaves()
			change(&b)
			p.record(b)
		}, nothing)
	}
	return []attack{
		{name: "what an earlier sitting left", make: left(func(*ceremony.Abandoned) {})},
		{name: "a count that is wrong", breaks: "ABANDONED", make: left(func(b *ceremony.Abandoned) { b.Missing[0].Lacks++ })},
		{name: "a quorum that is not told", breaks: "ABANDONED", make: left(func(b *ceremony.Abandoned) { b.Missing = b.Missing[:1] })},
		{name: "somebody who has not signed", breaks: "ABANDONED", make: left(func(b *ceremony.Abandoned) {
			b.Signatures = append(b.Signatures, ceremony.AbandonedSignature{Participant: "boston", Key: b.Signatures[0].Key[1:]})
		})},
		{name: "the key of somebody who has not signed", breaks: "ABANDONED", make: func(t *testing.T, p *place, o *Options) []byte {
			boston := p.w.people["boston"].key
			return left(func(b *ceremony.Abandoned) {
				b.Signatures = append(b.Signatures, ceremony.AbandonedSignature{Participant: "boston", Key: boston.SPKI()})
			})(t, p, o)
		}},
		{name: "another candidate than it says", breaks: "ABANDONED", make: left(func(b *ceremony.Abandoned) { b.Candidate = digest(1) })},
		{name: "a candidate that is complete", breaks: "ABANDONED", make: left(func(b *ceremony.Abandoned) {
			b.Document, b.Missing = "", nil
		})},
		{name: "a complete candidate, given up", breaks: "ABANDONED", make: led(func(p *place) {
			old := p.w.place(p.t, "amsterdam", p.grounds.Plan.Raw())
			old.attempt = digest(0xb0)
			old.untilOneSigned()
			b, _, _ := old.state.Abandon()
			old.signsToo()
			raw, err := old.state.Assemble()
			if err != nil {
				p.t.Fatal(err)
			}
			b.Document = string(raw)
			for i := range b.Missing {
				b.Missing[i].Lacks = 0
			}
			p.record(b)
		}, nothing)},
	}
}

// leaves is what a sitting with one signature leaves behind.
func (p *place) leaves() ceremony.Abandoned {
	p.t.Helper()
	old := p.w.place(p.t, "amsterdam", p.grounds.Plan.Raw())
	old.attempt = digest(0xb0)
	old.untilOneSigned()
	b, left, err := old.state.Abandon()
	if err != nil || !left {
		p.t.Fatal(left, err)
	}
	return b
}

// TestAttacks changes one thing about good evidence at a time.
func TestAttacks(t *testing.T) {
	for _, tt := range attacks() {
		t.Run(tt.name, func(t *testing.T) {
			w := begun(t)
			finished(t)
			o := w.options()
			raw := tt.make(t, w.place(t, "amsterdam", w.rotationPlan()), &o)
			report, _ := Check(raw, o)
			if diff := cmp.Diff(sortedWords(tt.breaks), broken(report, verify.Fail)); diff != "" {
				t.Errorf("-want +got:\n%s%v", diff, report.Failures())
			}
			if diff := cmp.Diff(sortedWords(tt.warns), broken(report, verify.Warn)); diff != "" && tt.breaks == "" {
				t.Errorf("warnings, -want +got:\n%s%v", diff, report.Checks)
			}
			if want := map[bool]verify.Verdict{true: verify.Accepted, false: verify.Refused}[tt.breaks == ""]; report.Verdict() != want {
				t.Errorf("%s, want %s", report.Verdict(), want)
			}
		})
	}
}

func sortedWords(s string) []string { return slices.Sorted(slices.Values(strings.Fields(s))) }

// broken are the rules of this package with that result, without what they
// begin with.
func broken(r verify.Report, result verify.Result) []string {
	seen := make(map[string]bool)
	for _, c := range r.Checks {
		if name, ours := strings.CutPrefix(c.Rule, "EVID-"); ours && c.Result == result {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Every rule is broken, or warns, in some attack.
func TestEveryRuleIsAttacked(t *testing.T) {
	attacked := make(map[string]bool)
	for _, a := range attacks() {
		for _, name := range append(strings.Fields(a.breaks), strings.Fields(a.warns)...) {
			attacked["EVID-"+name] = true
		}
	}
	for _, r := range Rules() {
		if !attacked[r.ID] {
			t.Errorf("no attack breaks %s", r.ID)
		}
	}
}
