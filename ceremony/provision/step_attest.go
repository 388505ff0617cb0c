package provision

import (
	"bytes"
	"context"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// attestation: the token proves that the key was made on it, and how it signs.
type attestation struct{}

func (attestation) id() string { return "token-attest" }

func (attestation) title() string { return "Attestation" }

func (attestation) short() string { return "Attestation" }

func (attestation) show(p *Provisioning, v *sitting.View) {
	v.Body = []sitting.Block{text("The token states, under its maker's certificate, that the key was made on it, in which slot, and that it wants PIN and touch. That is judged by the rules of every ceremony.")}
	if p.judged != nil && !p.hasProof() {
		v.Body = []sitting.Block{
			text("The attestation does not hold. Do not use this token: put it aside, with a note why.", distrustText),
			{Title: "Attestation of key " + short(p.attested), Checks: sitting.Judged(p.judged)},
		}
	}
	v.Acts = []sitting.Offer{{ID: ActAttest, Next: true, Verb: "have it attested", Label: "have the token attest its key, and judge that"}}
}

func (attestation) do(ctx context.Context, p *Provisioning, _ sitting.Act, say func(sitting.Progress)) error {
	if err := p.attest(ctx); err != nil {
		return err
	}
	tell(say, sitting.Judged(p.judged))
	return p.unproven()
}

// distrustText is what an attestation that does not hold may mean.
const distrustText = "It may be of another maker: then begin again with --attestation-ca FILE, that maker's certificates, had from the maker and not with the token. Its maker may have new certificates: then a newer version of this program, or --attestation-ca, has them. Else the token is not genuine, or was exchanged."

// attest gets an attestation of the key that is there, and judges it.
func (p *Provisioning) attest(ctx context.Context) error {
	if err := p.look(ctx); err != nil {
		return err
	}
	a, err := p.cfg.Token.Attest(ctx)
	if err != nil {
		return p.failed(ctx, err)
	}
	before, had := p.attestation, p.hasProof()
	p.attestation, p.attested = a, p.info.SPKI
	facts, checks := p.judge(a.Leaf)
	p.judged, p.proven = checks, facts.Proven
	if had && p.proven { // each is another one, and the first is stored
		p.attestation = before
	}
	return nil
}

// judge judges a leaf by what the token is to be.
func (p *Provisioning) judge(leaf []byte) (attest.Facts, []verify.Check) {
	return attest.Check(leaf, p.attestation.Chain, p.cfg.Bundle, attest.Expect{
		SPKI: p.info.SPKI, Slot: slot, Serial: p.want.Serial, MinFirmware: p.want.MinFirmware,
		PIN: p.want.PINPolicy, Touch: p.want.TouchPolicy, Rehearsal: p.cfg.rehearsal(),
	}, p.cfg.at())
}

// unproven refuses a key whose attestation does not hold.
func (p *Provisioning) unproven() error {
	failed := verify.Report{Checks: p.judged}.Failures()
	if p.proven && len(failed) == 0 {
		return nil
	}
	why := "nothing was proven"
	if len(failed) > 0 {
		why = failed[0].Rule + ": " + failed[0].Detail
	}
	return sitting.Refuse(sitting.BadToken, "put the token aside, and do not use it", "%s", safe("the attestation of %s does not hold: %s", p.name(), why))
}

// hasProof reports whether the key that is there was attested, and it holds.
func (p *Provisioning) hasProof() bool {
	return p.proven && bytes.Equal(p.attested, p.info.SPKI)
}

// certified reports whether the certificate in the slot is an attestation of the
// key: the one that was judged, or an earlier one that holds as well, for each
// time that a token attests it makes another.
func (p *Provisioning) certified() bool {
	c := p.info.Certificate
	if c == nil || bytes.Equal(c, p.attestation.Leaf) {
		return c != nil
	}
	facts, _ := p.judge(c)
	return facts.Proven
}
