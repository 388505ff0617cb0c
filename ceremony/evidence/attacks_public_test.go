package evidence

import (
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// disclose changes public.json of good public evidence.
func disclose(change func(p *place, r *PublicRecord)) func(*testing.T, *place, *Options) []byte {
	return func(t *testing.T, p *place, _ *Options) []byte {
		files := opened(t, redacted(t))
		r, err := ParsePublic(files[PublicFile])
		if err != nil {
			t.Fatal(err)
		}
		change(p, r)
		files[PublicFile] = encode(r)
		return listed(t, files)
	}
}

// editPublic changes the files of good public evidence.
func editPublic(change func(files Files)) func(*testing.T, *place, *Options) []byte {
	return func(t *testing.T, p *place, _ *Options) []byte {
		files := opened(t, redacted(t))
		change(files)
		return listed(t, files)
	}
}

// stating is a statement of this sitting, but for what is changed, by that person.
func (r *PublicRecord) stating(p *place, i int, by string, change func(s *ceremony.Statement)) {
	s, err := ceremony.ParseStatement([]byte(r.Statements[i].Text))
	if err != nil {
		panic(err)
	}
	change(&s)
	r.Statements[i].Text, r.Statements[i].Sig = string(s.Text()), p.w.people[by].sign(s.Text())
}

func attacksOnPublicEvidence() []attack {
	last := func(r *PublicRecord) (int, string) { // the only two with a statement about a signature whose names are known
		for i, s := range r.Statements {
			if p, _, _ := r.person(s.By); strings.Contains(s.Text, "type: contribution") && p.Serial.Value != nil {
				return i, "edinburgh"
			}
		}
		panic("no statement of edinburgh")
	}
	changed := func(change func(s *ceremony.Statement)) func(*testing.T, *place, *Options) []byte {
		return disclose(func(p *place, r *PublicRecord) {
			i, by := last(r)
			r.stating(p, i, by, change)
		})
	}
	return []attack{
		{name: "public evidence", make: editPublic(func(Files) {})},
		{name: "public evidence with a journal", breaks: "FILES", make: editPublic(func(f Files) { f[JournalFile] = []byte("x") })},
		{name: "public evidence with what came", breaks: "FILES", make: editPublic(func(f Files) {
			f["aside-"+root.DigestOf(nil).String()] = nil
		})},
		{name: "public evidence without public.json", breaks: "FILES PUBLIC", make: editPublic(func(f Files) { delete(f, PublicFile) })},
		{name: "another schema of it", breaks: "PUBLIC", make: disclose(func(_ *place, r *PublicRecord) { r.Schema = "rootmoot/evidence-public/v2" })},
		{name: "an alias out of order", breaks: "PUBLIC", make: disclose(func(_ *place, r *PublicRecord) { r.People[0].Alias = "p2" })},
		{name: "a witness's alias out of order", breaks: "PUBLIC", make: disclose(func(_ *place, r *PublicRecord) { r.Witnesses[0].Alias = "p1" })},
		{name: "a field said and committed to", breaks: "PUBLIC", make: disclose(func(_ *place, r *PublicRecord) {
			value := "x"
			r.Name.Value = &value
		})},
		{name: "a field that says nothing", breaks: "PUBLIC", make: disclose(func(_ *place, r *PublicRecord) { r.Witnesses[0].Key = Field{} })},
		{name: "one key for two people", breaks: "PUBLIC", make: disclose(func(_ *place, r *PublicRecord) { r.People[0].Key = r.People[1].Key })},
		{name: "a key that is none", breaks: "PUBLIC", make: disclose(func(_ *place, r *PublicRecord) { r.People[0].Key = ceremony.Hex{1} })},
		{name: "a public rehearsal for the real thing", breaks: "MODE", make: disclose(func(_ *place, r *PublicRecord) { r.Mode = plan.Production })},
		{name: "another signed file in a public manifest", breaks: "MANIFEST", make: editPublic(func(f Files) { f.manifest(func(m *Manifest) { m.Signed = digest(1) }) })},
		{name: "another candidate in a public manifest", breaks: "MANIFEST", make: editPublic(func(f Files) { f.manifest(func(m *Manifest) { m.Candidate = digest(1) }) })},
		{name: "another attempt in a public manifest", breaks: "STATEMENT SEAL", make: editPublic(func(f Files) { f.manifest(func(m *Manifest) { m.Attempt = digest(1) }) })},
		{name: "another frozen plan in a public manifest", breaks: "STATEMENT SEAL", make: editPublic(func(f Files) { f.manifest(func(m *Manifest) { m.Frozen = digest(1) }) })},
		{name: "another plan in a public manifest", breaks: "STATEMENT", make: editPublic(func(f Files) { f.manifest(func(m *Manifest) { m.Plan = digest(1) }) })},
		{name: "another chain in a public manifest", breaks: "CHAIN", make: editPublic(func(f Files) { f.manifest(func(m *Manifest) { m.Chain = digest(1) }) })},
		{name: "another version in a public manifest", breaks: "CHAIN", make: editPublic(func(f Files) { f.manifest(func(m *Manifest) { m.Version = 3 }) })},
		{name: "no root in public evidence", breaks: "ROOT", make: editPublic(func(f Files) { delete(f, "2.root.json") })},
		{name: "a public root without its quorum", breaks: "ROOT", make: editPublic(func(f Files) {
			f["2.root.json"] = unsigned(f["2.root.json"])
			f.manifest(func(m *Manifest) { m.Signed = root.DigestOf(f["2.root.json"]) })
		})},
		{name: "a root that was signed, they say", breaks: "END SEAL STATEMENT", make: editPublic(func(f Files) {
			delete(f, "2.root.json")
			f.manifest(func(m *Manifest) { m.Signed = root.Digest{} })
		})},
		{name: "no chain in public evidence", breaks: "CHAIN", make: editPublic(func(f Files) { delete(f, "chain/1.root.json") })},
		{name: "public evidence of another chain", breaks: "PIN", make: func(t *testing.T, p *place, o *Options) []byte {
			o.Pin.Digest = digest(1)
			return redacted(t)
		}},
		{name: "a statement for another candidate, in public", breaks: "STATEMENT", make: changed(func(s *ceremony.Statement) { s.Candidate = digest(1) })},
		{name: "a statement of another attempt, in public", breaks: "STATEMENT", make: changed(func(s *ceremony.Statement) { s.Attempt = digest(1) })},
		{name: "a statement for production, in public", breaks: "STATEMENT", make: changed(func(s *ceremony.Statement) { s.Rehearsal = false })},
		{name: "a statement of another key, in public", breaks: "STATEMENT", make: changed(func(s *ceremony.Statement) { s.Key = digest(1) })},
		{name: "a seal for a statement", breaks: "STATEMENT", make: disclose(func(_ *place, r *PublicRecord) {
			r.Statements[0].By, r.Statements[0].Text, r.Statements[0].Sig = r.Seals[0].By, r.Seals[0].Text, r.Seals[0].Sig
		})},
		{name: "a statement for a seal", breaks: "SEAL", make: disclose(func(_ *place, r *PublicRecord) {
			i, _ := last(r)
			r.Seals[0].By, r.Seals[0].Text, r.Seals[0].Sig = r.Statements[i].By, r.Statements[i].Text, r.Statements[i].Sig
		})},
		{name: "a statement that nobody signed", breaks: "STATEMENT", make: disclose(func(_ *place, r *PublicRecord) { r.Statements[0].Sig[9] ^= 1 })},
		{name: "a statement that is none", breaks: "STATEMENT", make: disclose(func(_ *place, r *PublicRecord) { r.Statements[0].Text = "I agree\n" })},
		{name: "a statement of nobody here", breaks: "STATEMENT", make: disclose(func(_ *place, r *PublicRecord) { r.Statements[0].By = "p9" })},
		{name: "a statement of somebody in no root", breaks: "STATEMENT SEAL ATTEST", make: disclose(func(p *place, r *PublicRecord) {
			for i := range r.People {
				if r.People[i].Alias == r.Statements[0].By {
					r.People[i].Key = p.w.stranger()
				}
			}
		})},
		{name: "a statement left out", warns: "STATEMENT", make: disclose(func(_ *place, r *PublicRecord) {
			i, _ := last(r)
			r.Statements = append(r.Statements[:i:i], r.Statements[i+1:]...)
		})},
		{name: "no seal in public", breaks: "SEAL", make: disclose(func(_ *place, r *PublicRecord) { r.Seals = []PublicSeal{} })},
		{name: "a seal less than the manifest says", breaks: "SEAL", make: disclose(func(_ *place, r *PublicRecord) { r.Seals = r.Seals[:1] })},
		{name: "a seal that nobody signed", breaks: "SEAL", make: disclose(func(_ *place, r *PublicRecord) { r.Seals[0].Sig[9] ^= 1 })},
		{name: "somebody who sealed and does not agree", warns: "WORD", make: disclose(func(_ *place, r *PublicRecord) { r.Seals[0].Agrees = false })},
		{name: "certificates of another token", breaks: "ATTEST", make: disclose(func(p *place, r *PublicRecord) {
			for i := range r.People {
				if r.People[i].Certificates != nil {
					r.People[i].Certificates = p.w.people["boston"].attestation
				}
			}
		})},
		{name: "public evidence, and other CAs", breaks: "ATTEST", make: func(t *testing.T, _ *place, o *Options) []byte {
			maker, err := attest.YubicoBundle()
			if err != nil {
				t.Fatal(err)
			}
			o.CAs = maker
			return redacted(t)
		}},
		{name: "an unfinished sitting in public", warns: "END", make: editPublic(func(f Files) { f.manifest(func(m *Manifest) { m.Outcome = Unfinished }) })},
	}
}

// stranger is a sound key that no root has.
func (w *world) stranger() ceremony.Hex {
	k, err := root.NewEd25519(append([]byte{}, w.witnessPublic()...))
	if err != nil {
		panic(err)
	}
	return k.SPKI()
}
