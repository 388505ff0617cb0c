package provision

import (
	"bytes"
	"context"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// newPUK: what unblocks the PIN.
type newPUK struct{}

func (newPUK) id() string { return "token-puk" }

func (newPUK) title() string { return "PUK" }

func (newPUK) short() string { return "PUK" }

func (newPUK) show(p *Provisioning, v *sitting.View) {
	v.Body = []sitting.Block{text(
		"The PUK gives a token whose PIN is blocked a new one. It has 8 letters, digits or signs, and the same rules as the PIN.",
		"Have it made by dice, or by somebody who does not know the PIN. Write it down by hand, and seal it apart from token and PIN.",
	)}
	v.Acts = []sitting.Offer{{ID: ActPUK, Next: true, Label: "choose the PUK, and type it twice", Fields: p.twice(fieldNewPUK, "New PUK, 8 characters", "The new PUK once more")}}
}

func (p *Provisioning) fillsNewPUK(a sitting.Act) error {
	puk := a.Secrets[fieldNewPUK]
	why := token.Weakness(puk, p.want.Serial)
	switch pin := p.pin.Bytes(); {
	case why != "":
	case len(puk.Bytes()) != token.MaxPIN:
		why = "it has fewer than 8 characters"
	case len(pin) > 0 && bytes.Contains(puk.Bytes(), pin):
		why = "the PIN is in it: whoever reads one then knows both"
	}
	return refuseWeak("PUK", why)
}

func (newPUK) do(ctx context.Context, p *Provisioning, a sitting.Act, say func(sitting.Progress)) error {
	old := factoryOf(token.FactoryPUK)
	defer old.Wipe()
	err := p.write(ctx, func(w token.Provisioner) error {
		return w.ChangePUK(ctx, old, a.Secrets[fieldNewPUK])
	}, func(i token.Info) bool { return i.DefaultPUK == token.No })
	if err != nil {
		return err
	}
	pass(say, "the PUK of %s is set", p.name())
	return nil
}
