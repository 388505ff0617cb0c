package provision

import (
	"bytes"
	"context"

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
