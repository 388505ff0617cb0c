package evidence

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// A place is one place's part in a sitting, made by hand: its journal is written
// here, line by line, and its state is folded from that.
type place struct {
	t       testing.TB
	w       *world
	name    string
	attempt root.Digest
	grounds ceremony.Grounds
	lines   []string // of the journal, without line feeds
	got     *ceremony.Gathered
	kept    Files
	state   *ceremony.State
}

// place begins one that has recorded nothing.
func (w *world) place(t testing.TB, name string, text []byte) *place {
	t.Helper()
	id := sha256.Sum256([]byte(name))
	p := &place{
		t: t, w: w, name: name, attempt: digest(0xa7), kept: Files{},
		grounds: ceremony.Grounds{Plan: mustLoad(t, text), Bundle: w.bundle},
		lines:   []string{fmt.Sprintf(`{"rootmoot":"journal/v1","place":"%s","id":"%x"}`, name, id[:16])},
		got:     &ceremony.Gathered{Order: &ceremony.Order{}},
	}
	if c := p.grounds.Plan.Continues; c != nil {
		p.grounds.Trusted = w.trusted
		if c.Version > 1 {
			p.grounds.Trusted = w.second
		}
	}
	p.fold()
	return p
}

func (p *place) fold() {
	p.t.Helper()
	st, err := p.got.Fold(p.grounds)
	if err != nil {
		p.t.Fatal(err)
	}
	p.state = st
}

func (p *place) head() root.Digest { return sha256.Sum256([]byte(p.lines[len(p.lines)-1])) }

// journal is its text.
func (p *place) journal() []byte { return []byte(strings.Join(p.lines, "\n") + "\n") }

// record writes facts down.
func (p *place) record(bodies ...ceremony.Body) {
	p.t.Helper()
	for _, b := range bodies {
		p.recordWith(b, nil)
	}
}

func (p *place) recordWith(b ceremony.Body, within []ceremony.Fact) {
	p.t.Helper()
	f := ceremony.Fact{Body: b}
	p.lines = append(p.lines, entryLine(len(p.lines), p.head(), f))
	p.got.Add(p.head(), f, within)
	p.fold()
}

// entryLine is an entry as it stands in a journal.
func entryLine(n int, prev root.Digest, f ceremony.Fact) string {
	return fmt.Sprintf(`{"n":%d,"prev":"%v","at":"2026-12-01T12:%02d:%02dZ","fact":%s}`, n, prev, n/60%60, n%60, f.Encode())
}

// open takes it to the tokens.
func (p *place) open() {
	p.t.Helper()
	p.record(ceremony.Opened{Attempt: p.attempt, Plan: p.grounds.Plan.Digest(), Place: p.name, Tool: "1.0.0", CAs: ceremony.CAsOf(p.w.bundle)},
		ceremony.Present{Name: "audit", Person: "the auditor"})
	p.record(ceremony.Room{
		Local: "2026-12-01T12:00:00Z", Outside: "12:00", Machine: []string{ceremony.ProgramLine(digest(0x70), "version 1.0.0, go1.26")},
		Findings: []ceremony.RoomFinding{{ID: "ROOM-SWAP", Text: "swap is on"}},
	})
	for _, step := range []ceremony.Step{ceremony.StepOpen, ceremony.StepRoom, ceremony.StepTrusted} {
		p.record(p.state.Confirm(step, "", "").Body)
	}
}

// contribution is what somebody contributes, before it is stated.
func (p *place) contribution(kind ceremony.ContributionKind, name string) ceremony.Contribution {
	p.t.Helper()
	who := p.w.people[name]
	c := ceremony.Contribution{
		Kind: kind, Participant: name, Chain: p.state.Chain(), Plan: p.state.Plan.Digest(), Attempt: p.attempt,
		Key: who.key.SPKI(), Attestation: who.attestation, At: "2026-12-01T12:00:00Z",
		Token: ceremony.Token{Kind: "rehearsal", Serial: fmt.Sprint(who.serial), Slot: "9c"},
	}
	if kind == ceremony.Enrolled {
		return c
	}
	c.Plan, c.Candidate = p.state.Frozen.Digest(), p.state.Candidate.Digest()
	if kind == ceremony.Refused {
		c.Reason = "not what was agreed"
		return c
	}
	m, err := p.state.Candidate.Message(who.key.Fingerprint(), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	done, err := m.Finish(who.sign(m.Bytes()))
	if err != nil {
		p.t.Fatal(err)
	}
	c.Signature = &ceremony.Signature{Sig: done.Sig, Header: ceremony.Hex(done.Header)}
	return c
}

// stated is the statement of its key over a head.
func (p *place) stated(c ceremony.Contribution, head root.Digest) ceremony.Stated {
	who := p.w.people[c.Participant]
	return ceremony.Stated{Contribution: c.Digest(), Journal: head, Sig: who.sign(c.Statement(who.key, true, head).Text())}
}

// contributes has somebody contribute here.
func (p *place) contributes(kind ceremony.ContributionKind, name string) ceremony.Contribution {
	p.t.Helper()
	c := p.contribution(kind, name)
	if _, err := p.state.Accept(c); err != nil {
		p.t.Fatal(err)
	}
	p.record(c)
	p.record(p.stated(c, p.head()))
	return c
}

// desk is a contribution that is made elsewhere, with the record of its place.
func (p *place) desk(kind ceremony.ContributionKind, name string) []byte {
	p.t.Helper()
	d := p.w.place(p.t, fmt.Sprintf("the desk of %s, for a %s", name, kind), p.grounds.Plan.Raw())
	d.attempt = p.attempt
	d.record(ceremony.Opened{
		Attempt: p.attempt, Plan: p.grounds.Plan.Digest(), Place: d.name, Tool: "1.0.0", CAs: ceremony.CAsOf(p.w.bundle),
		Request: digest(0x4e), For: name, Asks: ceremony.SignatureMade,
	})
	c := p.contribution(kind, name)
	d.record(c)
	st := p.stated(c, d.head())
	return ceremony.Delivery{Schema: ceremony.DeliverySchema, Contribution: c, Stated: &st, Journal: string(d.journal())}.Encode()
}

// takes merges a contribution file, or a journal.
func (p *place) takes(raw []byte) {
	p.t.Helper()
	var got ceremony.Received
	var err error
	if strings.HasPrefix(string(raw), `{"rootmoot"`) {
		got, err = p.state.ReceiveJournal(raw)
	} else {
		var d ceremony.Delivery
		if d, err = ceremony.ParseDelivery(raw); err == nil {
			got, err = p.state.Receive(d)
		}
	}
	if err != nil {
		p.t.Fatal(err)
	}
	a := ceremony.Arrived{Form: got.Form, SHA256: root.DigestOf(raw), Size: len(raw), Place: got.Place, Covered: got.Covered}
	within, err := a.Facts(raw)
	if err != nil {
		p.t.Fatal(err)
	}
	p.kept[a.FileName()] = raw
	p.recordWith(a, within)
	for _, f := range p.got.Lacks(got.Facts...) {
		p.record(f.Body)
	}
}

// sets a file aside.
func (p *place) sets(raw []byte) {
	p.t.Helper()
	a := ceremony.SetAside{SHA256: root.DigestOf(raw), Size: len(raw), Name: "a stick", Why: "it is nothing"}
	p.kept[a.FileName()] = raw
	p.record(a)
}

// excepts records an exception, and what is decided about it.
func (p *place) excepts() {
	p.t.Helper()
	e := ceremony.Exception{Step: ceremony.StepSignatures, Expected: "quiet", Happened: "a fire alarm"}
	p.record(e, ceremony.Closed{Exception: ceremony.Fact{Body: e}.ID(), Decision: "go on", By: "amsterdam"})
}

// audits has the witness sign the head.
func (p *place) audits() {
	p.t.Helper()
	head := p.head()
	p.record(ceremony.Witnessed{Witness: "audit", Journal: head, Signature: p.w.witnessed(p.state.WitnessHead(head).Text())})
}

// seals has somebody give their word and seal.
func (p *place) seals(name string) {
	p.t.Helper()
	word := ceremony.Word{Participant: name, Agrees: true, Exceptions: p.state.ExceptionsDigest()}
	p.record(word)
	st, err := p.state.SealStatement(p.head())
	if err != nil {
		p.t.Fatal(err)
	}
	p.record(ceremony.Seal{Participant: name, Word: ceremony.Fact{Body: word}.ID(), Journal: p.head(), Sig: p.w.people[name].sign(st.Text())})
}

// hands makes its evidence.
func (p *place) hands() []byte {
	p.t.Helper()
	raw, lacks, err := Make(p.state, p.got, Held{Chain: p.chain(), Journal: p.journal(), Kept: func(name string) ([]byte, error) {
		if raw, there := p.kept[name]; there {
			return raw, nil
		}
		return nil, fs.ErrNotExist
	}})
	if err != nil || len(lacks) > 0 {
		p.t.Fatal(err, lacks)
	}
	return raw
}

func (p *place) chain() [][]byte {
	switch p.grounds.Trusted.Version() {
	case 0:
		return nil
	case 1:
		return [][]byte{p.grounds.Trusted.Raw()}
	}
	return [][]byte{p.w.trusted.Raw(), p.grounds.Trusted.Raw()}
}

// options are what an auditor has who trusts the first root.
func (w *world) options() Options {
	return Options{Verify: verify.Options{At: at, Rehearsal: true}, Pin: w.trusted.Pin(), CAs: w.bundle}
}

// untilOneSigned takes it to one signature.
func (p *place) untilOneSigned() {
	p.t.Helper()
	p.open()
	p.takes(p.desk(ceremony.Enrolled, "edinburgh"))
	for _, step := range []ceremony.Step{ceremony.StepTokens, ceremony.StepFreeze, ceremony.StepCandidate} {
		p.record(p.state.Confirm(step, "", "").Body)
	}
	p.contributes(ceremony.SignatureMade, "amsterdam")
}

// aborts ends it without a root.
func (p *place) aborts() { p.record(ceremony.Aborted{By: "amsterdam", Why: "a late change"}) }

// signsToo completes the quorums.
func (p *place) signsToo() { p.contributes(ceremony.SignatureMade, "boston") }

// finished is a rotation that is made once, for tests that change no more than
// what it hands over.
func finished(t testing.TB) *place {
	t.Helper()
	w := begun(t)
	if w.rotation == nil {
		w.rotation = rotation(t)
	}
	return w.rotation
}

// rotation is a sitting in which dakar leaves and edinburgh joins, up to its end:
// some are here and some elsewhere, one refuses, another place's journal comes.
func rotation(t testing.TB) *place {
	t.Helper()
	w := begun(t)
	p := w.place(t, "amsterdam", w.rotationPlan())
	p.untilOneSigned()
	p.sets([]byte("nothing"))
	p.takes(p.desk(ceremony.SignatureMade, "edinburgh"))
	p.excepts()
	p.audits()
	b := p.beside()
	p.takes(b.journal())
	p.contributes(ceremony.Refused, "chennai")
	for _, step := range []ceremony.Step{ceremony.StepSignatures, ceremony.StepCheck} {
		p.record(p.state.Confirm(step, "", "").Body)
	}
	p.seals("amsterdam")
	p.seals("edinburgh")
	p.record(p.state.Confirm(ceremony.StepSeal, "", "").Body)
	p.record(ceremony.Salted{Salt: digest(0x5a)})
	return p
}

func (w *world) rotationPlan() []byte {
	return w.plan(w.trusted.Root(), 2, []string{"amsterdam", "boston", "chennai", "edinburgh"}, []string{"dakar"})
}

// beside is another place of the same sitting, where boston signs.
func (p *place) beside() *place {
	p.t.Helper()
	b := p.w.place(p.t, "boston", p.grounds.Plan.Raw())
	b.attempt = p.attempt
	b.open()
	for _, name := range slices.Sorted(keysOf(p.kept, ceremony.ArrivedContribution)) {
		b.takes(p.kept[name])
	}
	b.contributes(ceremony.SignatureMade, "boston")
	return b
}

// keysOf are the files of that form.
func keysOf(files Files, form ceremony.ArrivedForm) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range files {
			if strings.HasSuffix(name, "."+string(form)) && !yield(name) {
				return
			}
		}
	}
}

// third is a sitting that continues the second root: only the expiry changes.
func (w *world) third(t testing.TB) *place {
	t.Helper()
	second := finished(t)
	raw, err := second.state.Assemble()
	if err != nil {
		t.Fatal(err)
	}
	trusted, report := verify.Next(w.trusted, raw, verify.Options{At: at, Rehearsal: true})
	if trusted.IsZero() {
		t.Fatal(report.Failures())
	}
	text := w.plan(trusted.Root(), 2, []string{"amsterdam", "boston", "chennai", "edinburgh"}, nil)
	text = bytes.Replace(text, []byte("digest: "), []byte("chain: "+w.trusted.Digest().String()+", digest: "), 1)
	w.second = trusted
	p := w.place(t, "amsterdam", text)
	p.open()
	for _, step := range []ceremony.Step{ceremony.StepTokens, ceremony.StepFreeze, ceremony.StepCandidate} {
		p.record(p.state.Confirm(step, "", "").Body)
	}
	p.contributes(ceremony.SignatureMade, "amsterdam")
	p.contributes(ceremony.SignatureMade, "edinburgh")
	p.seals("amsterdam")
	return p
}
