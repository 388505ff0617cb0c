package pivcard

import (
	"bytes"
	"crypto/subtle"
)

// padSecret is a PIN or PUK as it goes over the wire: 8 bytes, FF-padded.
func padSecret(s string) [secretLen]byte {
	var out [secretLen]byte
	n := copy(out[:], s)
	for i := n; i < secretLen; i++ {
		out[i] = secretPadding
	}
	return out
}

// acceptable says whether padded bytes may become a PIN or PUK: 6 to 8 bytes,
// then only padding, and not trivial if this card minds.
func (s *state) acceptable(padded []byte) bool {
	n := bytes.IndexByte(padded, secretPadding)
	if n < 0 {
		n = len(padded)
	}
	long := n >= minSecret && len(bytes.TrimRight(padded[n:], "\xFF")) == 0
	return long && !(s.PINComplexity && trivial(padded[:n]))
}

// trivial says whether each byte follows from the first: 111111, 123456, 987654.
func trivial(b []byte) bool {
	for i := 2; i < len(b); i++ {
		if b[i]-b[i-1] != b[1]-b[0] {
			return false
		}
	}
	step := int8(b[1] - b[0])
	return step >= -1 && step <= 1
}

// try uses up one try of s before it compares, and gives all back when the
// value is right. A blocked secret is not compared at all.
func (c *Card) try(s *secret, value []byte) status {
	if s.Left == 0 {
		return swBlocked
	}
	s.Left--
	c.dirty = true
	if subtle.ConstantTimeCompare(s.Value[:], value) != 1 {
		return s.status()
	}
	s.Left = s.Total
	return swOK
}

// status is the answer that tells the tries left. A YubiKey says blocked
// rather than 63C0.
func (s *secret) status() status {
	if s.Left == 0 {
		return swBlocked
	}
	return swTriesLeft | status(min(s.Left, retriesShown))
}

func (c *Card) verify(cmd command) status {
	if cmd.p2 != refPIN {
		return swNoReference
	}
	switch {
	case cmd.p1 == 0xFF && len(cmd.data) == 0:
		c.dropPIN()
		return swOK
	case cmd.p1 != 0x00:
		return swWrongP1P2
	case len(cmd.data) == 0 && c.session.pinVerified:
		return swOK
	case len(cmd.data) == 0:
		return c.state.PIN.status()
	case len(cmd.data) != secretLen:
		return swWrongData
	}
	c.dropPIN()
	sw := c.try(&c.state.PIN, cmd.data)
	c.session.pinVerified, c.session.pinFresh = sw == swOK, sw == swOK
	return sw
}

func (c *Card) dropPIN() { c.session.pinVerified, c.session.pinFresh = false, false }

func (c *Card) change(cmd command) status {
	s := &c.state.PIN
	switch {
	case cmd.p2 == refPUK:
		s = &c.state.PUK
	case cmd.p2 != refPIN:
		return swNoReference
	}
	return c.replace(s, s, cmd)
}

// unblock sets a new PIN on the strength of the PUK (RESET RETRY COUNTER).
func (c *Card) unblock(cmd command) status {
	if cmd.p2 != refPIN {
		return swNoReference
	}
	return c.replace(&c.state.PUK, &c.state.PIN, cmd)
}

// replace gives target a new value if proof is right. The new value is looked
// at first, so that a value which cannot be taken costs no try.
func (c *Card) replace(proof, target *secret, cmd command) status {
	switch {
	case cmd.p1 != 0x00:
		return swWrongP1P2
	case len(cmd.data) != 2*secretLen:
		return swWrongData
	case !c.state.acceptable(cmd.data[secretLen:]):
		return swConditions
	}
	if sw := c.try(proof, cmd.data[:secretLen]); sw != swOK {
		return sw
	}
	copy(target.Value[:], cmd.data[secretLen:])
	target.Left = target.Total
	return swOK
}

// setRetries also puts PIN and PUK back to the factory's: the trap that a
// provisioning program has to know.
func (c *Card) setRetries(cmd command) status {
	if !c.session.mgmVerified || !c.session.pinVerified {
		return swNotSatisfied
	}
	if cmd.p1 == 0 || cmd.p2 == 0 {
		return swWrongP1P2
	}
	c.state.PIN = newSecret(factoryPIN, cmd.p1)
	c.state.PUK = newSecret(factoryPUK, cmd.p2)
	c.dropPIN()
	c.dirty = true
	return swOK
}

// factoryReset empties the card, once neither PIN nor PUK can open it. The
// attestation key stays.
func (c *Card) factoryReset() status {
	if c.state.PIN.Left > 0 || c.state.PUK.Left > 0 {
		return swConditions
	}
	c.state.empty()
	c.session = session{applet: appletPIV}
	c.dirty = true
	return swOK
}
