package provision

import (
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// empty: whatever was on the token is destroyed, and that is proven. An earlier
// reset is not relied on: who did it may have left something.
type empty struct{}

func (empty) id() string { return "token-empty" }

func (empty) title() string { return "Empty the token" }

func (empty) short() string { return "Empty" }

func (empty) show(p *Provisioning, v *sitting.View) {
	words := []string{"A reset destroys every key, certificate, PIN, PUK and management key of the token's PIV part. The key with which it attests stays, and so does what other parts hold: FIDO, OATH, OpenPGP. Then it is read, and must be empty."}
	st := p.standing()
	switch st {
	case begun:
		words = []string{
			titled(p.name()) + " is half done: " + p.progress() + ".",
			"Go on with it if it was begun here and has been in good hands since. If that is not certain, empty it and begin again.",
		}
		v.Acts = append(v.Acts, sitting.Offer{ID: ActGoOn, Next: true, Label: "go on with what was begun"})
	case inUse:
		words = append([]string{"STOP. This token is in use: " + safe("%s", p.uses()) + ". Whoever empties it destroys a key that signs. Take it out, unless that is what you came for."}, words...)
	case other:
		if len(p.held()) > 0 {
			words = append([]string{"STOP. Whoever empties this token destroys " + safe("%s", list(p.doomed())) + ", and somebody may sign with that. Take it out, unless that is what you came for."}, words...)
		}
		words = append([]string{"It cannot be gone on with: " + safe("%s", p.unusable()) + "."}, words...)
	}
	v.Body = []sitting.Block{text(words...), p.tokenBlock()}
	o := p.emptying("empty the token")
	o.Next = len(p.held()) == 0 && (st == factory || st == other)
	v.Acts = append(v.Acts, o)
}

// emptying is the offer to reset the token. A key that may sign for somebody has
// a phrase of its own.
func (p *Provisioning) emptying(label string) sitting.Offer {
	o := sitting.Offer{ID: ActEmpty, Label: label, Danger: true}
	phrase := func(name, is string) {
		o.Fields = append(o.Fields, sitting.Field{Name: name, Kind: sitting.FieldPhrase, Phrase: is, Prompt: fmt.Sprintf("Type %q", is)})
	}
	if p.uses() != "" {
		o.Label += ": destroys a key in use"
	}
	for n, key := range p.doomed() {
		phrase(fmt.Sprintf("destroy-%d", n+1), safe("destroy %s", key))
	}
	phrase("empty", safe("empty token %s", p.want.Serial))
	return o
}

func (empty) do(ctx context.Context, p *Provisioning, _ sitting.Act, _ func(sitting.Progress)) error {
	if err := p.look(ctx); err != nil {
		return err
	}
	if p.standing() == begun {
		p.goOn = true
	}
	return nil
}

// empty resets the token and proves that it is as its maker left it.
func (p *Provisioning) empty(ctx context.Context, say func(sitting.Progress)) error {
	err := p.write(ctx, func(w token.Provisioner) error {
		p.forget()
		p.emptied, p.goOn = false, false
		p.attestation, p.attested, p.judged, p.proven, p.checks = token.Attestation{}, nil, nil, false, nil
		return w.Reset(ctx)
	}, isEmpty)
	if err != nil {
		return err
	}
	p.emptied = true
	pass(say, "%s was reset, and read again", p.name())
	pass(say, "it is empty: no key and no certificate in any slot")
	pass(say, "PIN, PUK and management key are the factory's, and no try is used up")
	return nil
}

// isEmpty is what the token must say after a reset.
func isEmpty(i token.Info) bool {
	return !i.Occupied() && i.Certificate == nil && len(i.Others) == 0 && !i.ManagementProtected &&
		i.DefaultPIN == token.Yes && i.DefaultPUK == token.Yes && i.DefaultManagement == token.Yes &&
		i.PINLeft == i.PINTotal && i.PUKLeft == i.PUKTotal
}
