package pivcard

import (
	"bytes"
	"crypto"
)

// metadata answers GET METADATA of a slot, the PIN, the PUK or the management
// key (firmware 5.3 and later).
func (c *Card) metadata(cmd command) ([]byte, status) {
	s := &c.state
	switch {
	case !s.Firmware.has(hasMetadata):
		return nil, swUnknownIns
	case cmd.p1 != 0x00:
		return nil, swWrongP1P2
	}
	switch cmd.p2 {
	case refPIN:
		return s.PIN.metadata(factoryPIN), swOK
	case refPUK:
		return s.PUK.metadata(factoryPUK), swOK
	case refManagement:
		b := appendTLV(nil, metaAlgorithm, []byte{byte(s.Management.Algorithm)})
		b = appendTLV(b, metaPolicy, []byte{0, byte(s.Management.Touch)})
		return appendTLV(b, metaDefault, yes(bytes.Equal(s.Management.Value, []byte(factoryManagement)))), swOK
	case refAttestKey:
		signer, _, err := s.Attester.load()
		if err != nil {
			return nil, swMemory
		}
		// The factory put it there.
		return keyMetadata(signer.Public(), key{Algorithm: algorithmOf(signer.Public()), PIN: PINNever, Touch: TouchNever, Imported: true})
	}
	k, ok := s.Keys[Slot(cmd.p2).String()]
	if !ok {
		return nil, swNoReference
	}
	signer, err := k.signer()
	if err != nil {
		return nil, swMemory
	}
	return keyMetadata(signer.Public(), k)
}

func keyMetadata(pub crypto.PublicKey, k key) ([]byte, status) {
	p, err := point(pub)
	if err != nil {
		return nil, swMemory
	}
	b := appendTLV(nil, metaAlgorithm, []byte{byte(k.Algorithm)})
	b = appendTLV(b, metaPolicy, []byte{byte(k.PIN), byte(k.Touch)})
	b = appendTLV(b, metaOrigin, []byte{byte(k.origin())})
	return appendTLV(b, metaPublicKey, appendTLV(nil, tagECPoint, p)), swOK
}

func (s *secret) metadata(factory string) []byte {
	b := appendTLV(nil, metaAlgorithm, []byte{0xFF})
	b = appendTLV(b, metaDefault, yes(s.Value == padSecret(factory)))
	return appendTLV(b, metaRetries, []byte{s.Total, s.Left})
}

func yes(b bool) []byte {
	if b {
		return []byte{1}
	}
	return []byte{0}
}
