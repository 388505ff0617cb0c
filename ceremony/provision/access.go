package provision

import (
	"bytes"
	"encoding/hex"
	"errors"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// protects reports whether the token is to keep its management key itself.
func (p *Provisioning) protects() bool { return p.want.Management == plan.ManagementProtected }

// fieldManagement is the management key as it was sealed.
const fieldManagement = "management"

// lacksManagement reports whether nobody here knows the management key: then it
// has to be typed before anything can be written.
func (p *Provisioning) lacksManagement() bool {
	return p.info.DefaultManagement == token.No && (!p.info.ManagementProtected || p.stale) && !known(p.management)
}

// pinFields ask for the PIN if this run does not know it and writing needs it:
// because the token keeps its management key behind it, or is about to.
func (p *Provisioning) pinFields(about bool) []sitting.Field {
	behind := p.info.DefaultManagement == token.No && p.info.ManagementProtected && !known(p.management)
	if known(p.pin) || !behind && !about {
		return nil
	}
	return sitting.PINFields(p.cfg.Participant, p.name(), "", p.info.PINLeft)
}

// access is what writing wants: the management key if it is known here, and the
// PIN, which stands for one that the token keeps.
func (p *Provisioning) access(a sitting.Act) token.Access {
	out := token.Access{PIN: p.pin, Management: p.management}
	if typed := a.Secrets[sitting.PINField]; known(typed) {
		out.PIN = typed
	}
	return out
}

// keepPIN keeps a PIN that the token took, so that it is asked for once a run.
func (p *Provisioning) keepPIN(a sitting.Act) {
	if typed := a.Secrets[sitting.PINField]; known(typed) {
		p.pin = clone(typed)
	}
}

// typing is the offer to type the management key.
func (p *Provisioning) typing() sitting.Offer {
	return sitting.Offer{
		ID: ActTypeManagement, Next: true, Label: "type the management key that was sealed",
		Fields: []sitting.Field{{Name: fieldManagement, Kind: sitting.FieldSecret, Prompt: "Management key, in hexadecimal; spaces do not count"}},
	}
}

// typingText says why it is wanted.
const typingText = "The token's management key is not the factory's, the token does not keep it, or keeps another, and this run does not know it. Open its envelope and type it; or empty the token and begin again."

func fillsManagement(a sitting.Act) error {
	key, err := ManagementKey(a.Secrets[fieldManagement])
	if err != nil {
		return sitting.Refuse(sitting.NotDone, "read it again, group by group", "%s", err)
	}
	key.Wipe()
	return nil
}

// typeManagement takes a typed key. Whether it is the right one the next write
// tells; a wrong one costs no try.
func (p *Provisioning) typeManagement(a sitting.Act) error {
	var err error
	p.management, err = ManagementKey(a.Secrets[fieldManagement])
	return err
}

// ManagementKey reads a management key of 16, 24 or 32 bytes from hexadecimal
// digits, in groups or not. The error does not say what was typed.
func ManagementKey(typed token.Secret) (token.Secret, error) {
	digits := bytes.Join(bytes.Fields(typed.Bytes()), nil)
	defer clear(digits)
	key := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(key, digits); err != nil || len(key) != 16 && len(key) != 24 && len(key) != 32 {
		clear(key)
		return token.Secret{}, errors.New("that is no management key: it has 32, 48 or 64 hexadecimal digits")
	}
	return token.NewSecret(key), nil
}
