package pivcard

import (
	"bytes"
	"context"
	"crypto"
)

// generate makes a key in a slot: AC { 80 alg, AA pin, AB touch }.
func (c *Card) generate(cmd command) ([]byte, status) {
	slot := Slot(cmd.p2)
	switch {
	case cmd.p1 != 0x00:
		return nil, swWrongP1P2
	case !slot.forKeys():
		return nil, swNoReference
	case !c.session.mgmVerified:
		return nil, swNotSatisfied
	}
	body, err := readOne(cmd.data, tagGenerate)
	if err != nil {
		return nil, swWrongData
	}
	k, ok := c.template(slot, body)
	if !ok {
		return nil, swWrongData
	}
	signer, private, err := generateKey(k.Algorithm, c.cfg.Rand)
	if err != nil {
		return nil, swMemory
	}
	k.Private = private
	p, err := point(signer.Public())
	if err != nil {
		return nil, swMemory
	}
	c.state.Keys[slot.String()] = k
	c.dirty = true
	return appendTLV(nil, tagPublicKey, appendTLV(nil, tagECPoint, p)), swOK
}

// importKey puts in a key that was made elsewhere: 06 scalar, or 07 Ed25519
// seed, then AA pin, AB touch. RSA keys are not taken.
func (c *Card) importKey(cmd command) status {
	slot := Slot(cmd.p2)
	switch {
	case !slot.forKeys():
		return swNoReference
	case !c.session.mgmVerified:
		return swNotSatisfied
	}
	private, policies, err := readTLV(cmd.data)
	if err != nil {
		return swWrongData
	}
	k, ok := c.template(slot, append(appendTLV(nil, tagAlgorithm, []byte{cmd.p1}), policies...))
	if !ok || private.tag != map[Algorithm]uint16{P256: tagScalar, P384: tagScalar, Ed25519: tagSeed}[k.Algorithm] {
		return swWrongData
	}
	if _, k.Private, err = generateKey(k.Algorithm, bytes.NewReader(private.value)); err != nil {
		return swWrongData
	}
	k.Imported = true
	c.state.Keys[slot.String()] = k
	c.dirty = true
	return swOK
}

// template reads what a key is to be, 80 alg, AA pin, AB touch, and fills in
// the slot's own policies.
func (c *Card) template(slot Slot, body []byte) (k key, ok bool) {
	parts, err := readTLVs(body)
	if err != nil {
		return k, false
	}
	for _, t := range parts {
		if len(t.value) != 1 {
			return k, false
		}
		switch v := t.value[0]; t.tag {
		case tagAlgorithm:
			k.Algorithm = Algorithm(v)
		case tagPINPolicy:
			k.PIN = PINPolicy(v)
		case tagTouch:
			k.Touch = TouchPolicy(v)
		default:
			return k, false
		}
	}
	if k.PIN == PINDefault {
		k.PIN = map[Slot]PINPolicy{SlotSignature: PINAlways, SlotCardAuth: PINNever}[slot]
		if k.PIN == PINDefault {
			k.PIN = PINOnce
		}
	}
	if k.Touch == TouchDefault {
		k.Touch = TouchNever
	}
	known := k.Algorithm == P256 || k.Algorithm == P384 || k.Algorithm == Ed25519 && c.state.Firmware.has(hasEd25519)
	return k, known && k.PIN <= PINAlways && k.Touch <= TouchCached
}

// sign is GENERAL AUTHENTICATE with a slot's key: 7C { 82 empty, 81 input }.
// A missing PIN and a missing touch have the same answer, 6982, as on a real
// card.
func (c *Card) sign(ctx context.Context, cmd command) ([]byte, status) {
	slot := Slot(cmd.p2)
	if !slot.forKeys() {
		return nil, swNoReference
	}
	k, ok := c.state.Keys[slot.String()]
	if !ok || k.Algorithm != Algorithm(cmd.p1) {
		return nil, swWrongData
	}
	input, ok := signInput(cmd.data, k.Algorithm)
	if !ok {
		return nil, swWrongData
	}
	if !c.pinServes(k.PIN) || !c.touched(ctx, k.Touch) {
		return nil, swNotSatisfied
	}
	signer, err := k.signer()
	if err != nil {
		return nil, swMemory
	}
	// No randomness: ECDSA nonces are those of RFC 6979.
	sig, err := signer.Sign(nil, input, signHash(k.Algorithm))
	if err != nil {
		return nil, swMemory
	}
	return appendTLV(nil, tagDynAuth, appendTLV(nil, tagResponse, sig)), swOK
}

// pinServes says whether the PIN was verified as the policy wants, and uses up
// a verification that serves one signature only.
func (c *Card) pinServes(p PINPolicy) bool {
	switch p {
	case PINNever:
		return true
	case PINOnce:
		return c.session.pinVerified
	}
	fresh := c.session.pinFresh
	c.session.pinFresh = false
	return fresh
}

// signInput is what is to be signed: a digest of the curve's size, or the
// whole message for Ed25519.
func signInput(data []byte, a Algorithm) ([]byte, bool) {
	body, err := readOne(data, tagDynAuth)
	if err != nil {
		return nil, false
	}
	parts, err := readTLVs(body)
	if err != nil || len(parts) != 2 {
		return nil, false
	}
	out, asked := find(parts, tagResponse)
	input, given := find(parts, tagChallenge)
	if !asked || !given || len(out) != 0 {
		return nil, false
	}
	return input, a == Ed25519 || len(input) == signHash(a).Size()
}

// signHash is the hash whose digest a key signs; none for Ed25519.
func signHash(a Algorithm) crypto.Hash {
	switch a {
	case P256:
		return crypto.SHA256
	case P384:
		return crypto.SHA384
	}
	return crypto.Hash(0)
}

// moveKey moves a key to another slot, or deletes it if the destination is FF
// (firmware 5.7 and later).
func (c *Card) moveKey(cmd command) status {
	from, to := Slot(cmd.p2), Slot(cmd.p1)
	const nowhere = 0xFF
	switch {
	case !c.state.Firmware.has(hasEd25519):
		return swUnknownIns
	case !from.forKeys() || to != nowhere && !to.forKeys():
		return swNoReference
	case !c.session.mgmVerified:
		return swNotSatisfied
	}
	k, ok := c.state.Keys[from.String()]
	if !ok {
		return swNoReference
	}
	if _, taken := c.state.Keys[to.String()]; taken {
		return swConditions
	}
	delete(c.state.Keys, from.String())
	if to != nowhere {
		c.state.Keys[to.String()] = k
	}
	c.dirty = true
	return swOK
}
