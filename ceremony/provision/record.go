package provision

import (
	"encoding/hex"
	"encoding/pem"
	"time"

	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/root"
)

// RecordSchema names the form of a [Record].
const RecordSchema = "rootmoot/token-provisioned/v1"

// A Record is what was done, for the files of whoever did it. There is no secret
// in it. It proves nothing by itself: the attestation does.
type Record struct {
	Schema      string        `json:"schema"`
	Time        time.Time     `json:"time"` // by this machine's clock, UTC
	Tool        string        `json:"tool"`
	Rehearsal   bool          `json:"rehearsal"`
	Participant string        `json:"participant,omitzero"`
	Plan        string        `json:"plan,omitzero"` // SHA-256 of the file, in hex
	Written     bool          `json:"written"`       // false: it was ready before, and only read
	Serial      string        `json:"serial"`
	Kind        string        `json:"kind"` // piv, rehearsal
	Firmware    string        `json:"firmware"`
	FormFactor  string        `json:"form_factor,omitzero"`
	Slot        string        `json:"slot"`
	Algorithm   string        `json:"algorithm"`
	PINPolicy   string        `json:"pin_policy"`
	TouchPolicy string        `json:"touch_policy"`
	Tries       Tries         `json:"tries"`
	Management  string        `json:"management_key"` // protected, sealed
	Fingerprint string        `json:"fingerprint"`    // SHA-256 of the SubjectPublicKeyInfo, in hex
	PublicKey   string        `json:"public_key"`     // PEM
	Attestation []string      `json:"attestation"`    // PEM, leaf first
	Bundle      RecordBundle  `json:"ca_bundle"`
	Checks      []RecordCheck `json:"checks"`
}

// A RecordBundle says whose attestations were taken.
type RecordBundle struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// A RecordCheck is one check of the last reading, and its outcome: pass, warn or
// note. With one that failed there is no record.
type RecordCheck struct {
	Result string `json:"result"`
	Detail string `json:"detail"`
}

// Record is what was done; false as long as it is not done.
func (p *Provisioning) Record() (Record, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.record == nil {
		return Record{}, false
	}
	return *p.record, true
}

// finish writes the record down. No secret is needed any more.
func (p *Provisioning) finish() {
	i := p.info
	r := Record{
		Schema: RecordSchema, Time: p.cfg.Now().UTC(), Tool: p.cfg.Tool, Rehearsal: p.cfg.rehearsal(),
		Participant: p.cfg.Participant, Written: p.wrote,
		Serial: i.Serial, Kind: string(i.Kind), Firmware: i.Firmware, FormFactor: i.FormFactor,
		Slot: slot, Algorithm: i.Algorithm, PINPolicy: i.PINPolicy, TouchPolicy: i.TouchPolicy,
		Tries: Tries{PIN: i.PINTotal, PUK: i.PUKTotal}, Management: string(p.want.Management),
		Fingerprint: p.fingerprint().String(), PublicKey: pemOf("PUBLIC KEY", i.SPKI),
		Attestation: PEM(p.attestation),
		Bundle:      RecordBundle{Name: p.cfg.Bundle.Name, SHA256: hex.EncodeToString(p.cfg.Bundle.Digest[:])},
	}
	if p.cfg.Plan != nil {
		r.Plan = p.cfg.Plan.Digest().String()
	}
	for _, c := range p.checks {
		r.Checks = append(r.Checks, RecordCheck{Result: string(c.Mark), Detail: c.Text})
	}
	p.record = &r
	p.forget()
}

// fingerprint is that of the key that is there.
func (p *Provisioning) fingerprint() root.Fingerprint {
	k, err := root.ParseSPKI(p.info.SPKI)
	if err != nil {
		return root.Fingerprint{}
	}
	return k.Fingerprint()
}

// PEM are the certificates of an attestation, each a block, the leaf first.
func PEM(a token.Attestation) []string {
	out := []string{pemOf("CERTIFICATE", a.Leaf)}
	for _, c := range a.Chain {
		out = append(out, pemOf("CERTIFICATE", c))
	}
	return out
}

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
