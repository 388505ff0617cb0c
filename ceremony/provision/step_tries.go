package provision

import (
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

func factoryOf(s string) token.Secret { return token.NewSecret([]byte(s)) }

// tries: how often PIN and PUK may be mistyped. That comes before both are set,
// since setting it puts both back to the factory's.
type tries struct{}

func (tries) id() string { return "token-tries" }

func (tries) title() string { return "Tries" }

func (tries) short() string { return "Tries" }

func (tries) show(p *Provisioning, v *sitting.View) {
	t := p.want.Tries
	v.Body = []sitting.Block{
		text("How often the PIN and the PUK may be mistyped in a row, before the token is blocked."),
		{Rows: [][2]string{
			{"PIN", fmt.Sprintf("%d tries, and %d now", t.PIN, p.info.PINTotal)},
			{"PUK", fmt.Sprintf("%d tries, and %d now", t.PUK, p.info.PUKTotal)},
		}},
	}
	v.Acts = []sitting.Offer{{ID: ActTries, Next: true, Verb: "set the tries", Label: fmt.Sprintf("give PIN and PUK %d and %d tries", t.PIN, t.PUK)}}
}

func (tries) do(ctx context.Context, p *Provisioning, _ sitting.Act, say func(sitting.Progress)) error {
	pin := factoryOf(token.FactoryPIN)
	defer pin.Wipe()
	err := p.write(ctx, func(w token.Provisioner) error {
		return w.SetTries(ctx, token.Access{PIN: pin}, p.want.Tries.PIN, p.want.Tries.PUK)
	}, func(token.Info) bool { return !p.triesDue() })
	if err != nil {
		return err
	}
	pass(say, "the PIN has %d tries, the PUK %d", p.info.PINTotal, p.info.PUKTotal)
	return nil
}
