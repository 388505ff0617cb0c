package provision

import (
	"bytes"
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// key: the key is made on the token, and never leaves it.
type key struct{}

func (key) id() string { return "token-key" }

func (key) title() string { return "Key" }

func (key) short() string { return "Key" }

func (key) show(p *Provisioning, v *sitting.View) {
	v.Body = []sitting.Block{
		text("The token makes a key in the slot that signs. The private part never leaves it; nobody can copy it, and nobody can have it back if the token is lost."),
		{Rows: [][2]string{{"slot", slot}, {"algorithm", p.want.Algorithm}, {"PIN", p.want.PINPolicy}, {"touch", p.want.TouchPolicy}}},
	}
	p.offerWriting(v, sitting.Offer{ID: ActKey, Next: true, Label: "make the key"})
}

// offerWriting offers an act that the management key is needed for.
func (p *Provisioning) offerWriting(v *sitting.View, o sitting.Offer) {
	if p.lacksManagement() {
		v.Body = append(v.Body, text(typingText))
		v.Acts = append(v.Acts, p.typing())
		return
	}
	o.Fields = p.pinFields(false)
	v.Acts = append(v.Acts, o)
}

func (key) do(ctx context.Context, p *Provisioning, a sitting.Act, say func(sitting.Progress)) error {
	var made []byte
	access := p.access(a)
	err := p.write(ctx, func(w token.Provisioner) (err error) {
		made, err = w.Generate(ctx, access, token.KeySpec{Algorithm: p.want.Algorithm, PINPolicy: p.want.PINPolicy, TouchPolicy: p.want.TouchPolicy})
		return err
	}, func(i token.Info) bool { return made != nil && bytes.Equal(i.SPKI, made) && p.wrongKey() == "" })
	if err != nil {
		return err
	}
	p.keepPIN(a)
	pass(say, "the key is made: %s, slot %s", short(made), slot)
	return nil
}

// certificate: the attestation is kept where everybody looks for a certificate.
type certificate struct{}

func (certificate) id() string { return "token-certificate" }

func (certificate) title() string { return "Certificate" }

func (certificate) short() string { return "Certificate" }

func (certificate) show(p *Provisioning, v *sitting.View) {
	now := "there is none yet"
	if p.info.Certificate != nil {
		now = "there is another one, which is replaced"
	}
	v.Body = []sitting.Block{
		text("The attestation is stored in the slot as its certificate. So whoever has the token has its proof, and the token signs nothing but roots and statements."),
		{Rows: [][2]string{{"key", short(p.info.SPKI)}, {"certificate", fmt.Sprintf("%d bytes; %s", len(p.attestation.Leaf), now)}}},
	}
	p.offerWriting(v, sitting.Offer{ID: ActCertificate, Next: true, Label: "store the attestation as certificate"})
}

func (certificate) do(ctx context.Context, p *Provisioning, a sitting.Act, say func(sitting.Progress)) error {
	access := p.access(a)
	err := p.write(ctx, func(w token.Provisioner) error {
		return w.StoreCertificate(ctx, access, p.attestation.Leaf)
	}, func(i token.Info) bool { return bytes.Equal(i.Certificate, p.attestation.Leaf) })
	if err != nil {
		return err
	}
	p.keepPIN(a)
	pass(say, "the attestation is stored as the certificate of slot %s", slot)
	return nil
}
