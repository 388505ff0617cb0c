package provision

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// A standing is how far a token has come, by what it says of itself.
type standing int

const (
	factory  standing = iota // as its maker left it
	begun                    // what this engine does was begun, and can be gone on with
	finished                 // nothing is missing, as far as it says
	other                    // something else is on it: it must be emptied first
	inUse                    // a key on it, in whatever slot, stands in a root or a plan
)

func (p *Provisioning) standing() standing {
	i := p.info
	switch {
	case p.complete():
		return finished
	case p.uses() != "":
		return inUse
	case p.unusable() != "":
		return other
	case i.DefaultPIN == token.Yes && !i.Occupied():
		return factory
	}
	return begun
}

// complete reports whether the token says of itself what it is to become.
func (p *Provisioning) complete() bool {
	i := p.info
	return i.DefaultPIN == token.No && i.DefaultPUK == token.No && !p.managementDue() &&
		i.SPKI != nil && p.wrongKey() == "" && i.Certificate != nil && i.PINLeft != 0 && len(i.Others) == 0
}

// current is the step that is on.
func (p *Provisioning) current() stepID {
	i, st := p.info, p.standing()
	switch {
	case p.record != nil:
		return stepSeal
	case !p.there, !p.typed, p.unfit():
		return stepLook
	case st == inUse, st == other:
		return stepEmpty
	case st == finished && p.attested == nil: // nothing is to be written
		return stepReadBack
	case st != finished && !p.emptied && !p.goOn:
		return stepEmpty
	case i.DefaultPIN == token.Yes && p.triesDue():
		return stepTries
	case i.DefaultPIN == token.Yes:
		return stepPIN
	case i.DefaultPUK == token.Yes:
		return stepPUK
	case p.managementDue():
		return stepManagement
	case !i.Occupied():
		return stepKey
	case !p.hasProof():
		return stepAttest
	case !p.certified():
		return stepCertificate
	}
	return stepReadBack
}

// triesDue reports whether the tries are others than wanted.
func (p *Provisioning) triesDue() bool {
	return p.info.PINTotal != p.want.Tries.PIN || p.info.PUKTotal != p.want.Tries.PUK
}

// managementDue reports whether the management key is still the factory's, or
// not kept as it is to be, or another than the one that is kept.
func (p *Provisioning) managementDue() bool {
	return p.info.DefaultManagement == token.Yes || p.protects() != p.info.ManagementProtected || p.stale
}

// unusable is why the work cannot go on from what is on the token; "" if it
// can.
func (p *Provisioning) unusable() string {
	i := p.info
	set := func(d token.Default) bool { return d == token.No }
	switch {
	case i.PINLeft == 0:
		return "its PIN is blocked"
	case i.PUKLeft == 0:
		return "its PUK is blocked"
	case len(i.Others) > 0:
		var slots []string
		for _, k := range i.Others {
			slots = append(slots, k.Slot)
		}
		return "there are keys in slots that are to be empty: " + list(slots)
	case i.Occupied() && i.SPKI == nil:
		return "the key in slot " + slot + " is of a kind that this program does not know: " + i.Algorithm
	case i.SPKI == nil && i.Certificate != nil:
		return "there is a certificate without its key"
	case set(i.DefaultPUK) && !set(i.DefaultPIN), set(i.DefaultManagement) && !(set(i.DefaultPIN) && set(i.DefaultPUK)):
		return "it was begun in another order than this program's"
	case i.SPKI != nil && (!set(i.DefaultPIN) || !set(i.DefaultPUK) || !set(i.DefaultManagement)):
		return "it holds a key, and PIN, PUK or management key are still the factory's"
	case i.SPKI != nil:
		return p.wrongKey()
	}
	return ""
}

// wrongKey is in what the key in the slot is not the wanted one; "" if in
// nothing.
func (p *Provisioning) wrongKey() string {
	var wrong []string
	for _, c := range []struct {
		what, is, want string
		ok             bool
	}{
		{"algorithm", p.info.Algorithm, p.want.Algorithm, p.info.Algorithm == p.want.Algorithm},
		{"PIN policy", p.info.PINPolicy, p.want.PINPolicy, strict(p.info.PINPolicy, p.want.PINPolicy)},
		{"touch policy", p.info.TouchPolicy, p.want.TouchPolicy, strict(p.info.TouchPolicy, p.want.TouchPolicy)},
		{"origin", p.info.Origin, "generated", p.info.Origin == "generated"},
	} {
		if !c.ok {
			wrong = append(wrong, fmt.Sprintf("%s %s, want %s", c.what, c.is, c.want))
		}
	}
	if len(wrong) == 0 {
		return ""
	}
	return "its key is another than wanted: " + strings.Join(wrong, "; ")
}

// strict reports whether a policy is the wanted one, or a stricter one.
func strict(is, want string) bool {
	order := []string{"never", "once", "cached", "always"}
	return slices.Index(order, is) >= slices.Index(order, want)
}

// firmware is the token's; zero if it tells none that can be read.
func (p *Provisioning) firmware() attest.Version {
	v, err := attest.ParseVersion(p.info.Firmware)
	if err != nil {
		return attest.Version{}
	}
	return v
}

// tells is in a sentence how far the token has come.
func (p *Provisioning) tells() string {
	switch p.standing() {
	case finished:
		return "it says that it is provisioned already"
	case inUse:
		return "it is in use: " + p.uses()
	case other:
		return p.unusable()
	case factory:
		if !p.triesDue() {
			return "it has its tries; PIN, PUK and management key are the factory's, and there is no key"
		}
		return "PIN, PUK and management key are the factory's, and there is no key"
	}
	return "it is half done: " + p.progress()
}

// progress is what is done and what is not.
func (p *Provisioning) progress() string {
	var done, missing []string
	for _, c := range p.info.Credentials() {
		if c.Factory == token.No {
			done = append(done, c.Name)
		} else {
			missing = append(missing, c.Name)
		}
	}
	out := list(done) + " set"
	if len(missing) > 0 {
		out += "; still the factory's: " + list(missing)
	}
	switch {
	case !p.info.Occupied():
		out += "; no key"
	case p.info.Certificate == nil:
		out += "; a key, and no certificate"
	default:
		out += "; a key and a certificate"
	}
	return out
}
