package provision

import (
	"bytes"
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

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
	p.offerWriting(v, sitting.Offer{ID: ActCertificate, Next: true, Verb: "store the certificate", Label: "store the attestation as certificate"})
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
