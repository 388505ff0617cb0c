package provision

import (
	"context"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// newPIN: the PIN that its holder, and nobody else, will know.
type newPIN struct{}

func (newPIN) id() string { return "token-pin" }

func (newPIN) title() string { return "PIN" }

func (newPIN) short() string { return "PIN" }

// The fields of new secrets; each is typed twice.
const (
	fieldNewPIN = "new-pin"
	fieldNewPUK = "new-puk"
)

func (newPIN) show(p *Provisioning, v *sitting.View) {
	v.Body = []sitting.Block{text(
		"The keyholder chooses the PIN, alone at the keyboard: 6 to 8 letters, digits or signs. It is asked for at every signature.",
		"It is not taken if anybody would try it first: the factory's, one that counts, repeats itself or reads the same backwards, a row of the keyboard, a date, the serial number.",
		"Write it down if you must, by hand, and seal it apart from the token.",
	)}
	v.Acts = []sitting.Offer{{ID: ActPIN, Next: true, Label: "choose the PIN, and type it twice", Fields: p.twice(fieldNewPIN, "New PIN, 6 to 8 characters", "The new PIN once more")}}
}

// twice asks for a new secret, and for it again.
func (p *Provisioning) twice(name, first, second string) []sitting.Field {
	return []sitting.Field{
		{Name: name, Kind: sitting.FieldSecret, Who: p.cfg.Participant, Prompt: first},
		{Name: name + "-again", Kind: sitting.FieldSecret, Who: p.cfg.Participant, Prompt: second, Same: name},
	}
}

// fillsNewPIN refuses a PIN before it is typed the second time.
func (p *Provisioning) fillsNewPIN(a sitting.Act) error {
	return refuseWeak("PIN", token.Weakness(a.Secrets[fieldNewPIN], p.want.Serial))
}

func refuseWeak(what, why string) error {
	if why == "" {
		return nil
	}
	return sitting.Refuse(sitting.WeakPIN, "choose another one; nothing was written", "this %s is not taken: %s", what, why)
}

func (newPIN) do(ctx context.Context, p *Provisioning, a sitting.Act, say func(sitting.Progress)) error {
	old := factoryOf(token.FactoryPIN)
	defer old.Wipe()
	err := p.write(ctx, func(w token.Provisioner) error {
		p.trying = clone(a.Secrets[fieldNewPIN])
		return w.ChangePIN(ctx, old, p.trying)
	}, func(i token.Info) bool { return i.DefaultPIN == token.No })
	if err != nil {
		return err
	}
	pass(say, "the PIN of %s is set", p.name())
	return nil
}
