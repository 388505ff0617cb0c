package pivcard

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/subtle"
	"fmt"
	"io"
)

// managementCipher is the block cipher of a management key.
func managementCipher(a Algorithm, key []byte) (cipher.Block, error) {
	want := map[Algorithm]int{TripleDES: 24, AES128: 16, AES192: 24, AES256: 32}[a]
	if want == 0 || len(key) != want {
		return nil, fmt.Errorf("management key: %d bytes do not fit %s", len(key), a)
	}
	if a == TripleDES {
		return des.NewTripleDESCipher(key) // what cards before firmware 5.7 leave the factory with
	}
	return aes.NewCipher(key)
}

// authenticate is GENERAL AUTHENTICATE with the management key (SP 800-73-4,
// 3.2.4): mutual (80 then 80 and 81) or of the host alone (81 then 82). A wrong
// answer ends the attempt; there is no counter.
func (c *Card) authenticate(ctx context.Context, cmd command) ([]byte, status) {
	key := c.state.Management
	block, err := managementCipher(key.Algorithm, key.Value)
	if err != nil || Algorithm(cmd.p1) != key.Algorithm {
		return nil, swWrongData
	}
	body, err := readOne(cmd.data, tagDynAuth)
	if err != nil {
		return nil, swWrongData
	}
	parts, err := readTLVs(body)
	if err != nil {
		return nil, swWrongData
	}
	witness, challenge := c.session.witness, c.session.challenge
	c.session.witness, c.session.challenge = nil, nil

	w, hasWitness := find(parts, tagWitness)
	ch, hasChallenge := find(parts, tagChallenge)
	resp, hasResponse := find(parts, tagResponse)
	switch {
	case hasWitness && len(w) == 0:
		return c.offer(&c.session.witness, tagWitness, block)
	case hasChallenge && len(ch) == 0:
		return c.offer(&c.session.challenge, tagChallenge, nil)
	case hasWitness && hasChallenge && len(ch) == block.BlockSize():
		if sw := c.admit(ctx, witness, w); sw != swOK {
			return nil, sw
		}
		out := make([]byte, block.BlockSize())
		block.Encrypt(out, ch)
		return appendTLV(nil, tagDynAuth, appendTLV(nil, tagResponse, out)), swOK
	case hasResponse && challenge != nil:
		want := make([]byte, block.BlockSize())
		block.Encrypt(want, challenge)
		return nil, c.admit(ctx, want, resp)
	}
	return nil, swWrongData
}

// offer hands out a fresh random block, encrypted if block is not nil, and
// remembers its plain form in keep.
func (c *Card) offer(keep *[]byte, tag uint16, block cipher.Block) ([]byte, status) {
	size := aes.BlockSize
	if c.state.Management.Algorithm == TripleDES {
		size = des.BlockSize
	}
	plain := make([]byte, size)
	if _, err := io.ReadFull(c.cfg.Rand, plain); err != nil {
		return nil, swMemory
	}
	*keep = plain
	shown := append([]byte(nil), plain...)
	if block != nil {
		block.Encrypt(shown, plain)
	}
	return appendTLV(nil, tagDynAuth, appendTLV(nil, tag, shown)), swOK
}

func (c *Card) admit(ctx context.Context, want, got []byte) status {
	c.session.mgmVerified = want != nil && subtle.ConstantTimeCompare(want, got) == 1
	if !c.session.mgmVerified {
		return swNotSatisfied
	}
	if !c.touched(ctx, c.state.Management.Touch) {
		c.session.mgmVerified = false
		return swNotSatisfied
	}
	return swOK
}

// setManagement replaces the management key: alg 9B len key.
func (c *Card) setManagement(cmd command) status {
	touch := map[byte]TouchPolicy{0xFF: TouchNever, 0xFE: TouchAlways, 0xFD: TouchCached}[cmd.p2]
	switch {
	case cmd.p1 != 0xFF || touch == TouchDefault:
		return swWrongP1P2
	case !c.session.mgmVerified:
		return swNotSatisfied
	case len(cmd.data) < 3 || cmd.data[1] != refManagement || int(cmd.data[2]) != len(cmd.data)-3:
		return swWrongData
	}
	a, value := Algorithm(cmd.data[0]), cmd.data[3:]
	if _, err := managementCipher(a, value); err != nil {
		return swWrongData
	}
	if a != TripleDES && !c.state.Firmware.has(hasAESKey) {
		return swWrongData
	}
	c.state.Management = management{Algorithm: a, Value: value, Touch: touch}
	c.session.witness, c.session.challenge = nil, nil // of the old key's block size
	c.dirty = true
	return swOK
}
