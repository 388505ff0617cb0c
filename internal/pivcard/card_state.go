package pivcard

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
)

// state is what a card keeps without power. Its JSON form is the card's file;
// byte strings are base64.
type state struct {
	Format     int               `json:"format"` // stateFormat
	Serial     uint32            `json:"serial"`
	Firmware   Version           `json:"firmware"`
	FormFactor byte              `json:"form_factor"`
	PIN        secret            `json:"pin"`
	PUK        secret            `json:"puk"`
	Management management        `json:"management"`
	Keys       map[string]key    `json:"keys"`    // by slot, "9c"
	Objects    map[string][]byte `json:"objects"` // by object id, "5fc10a"
	Attester   attester          `json:"attester"`

	PINComplexity bool `json:"pin_complexity,omitzero"` // trivial PINs and PUKs are refused
}

// stateFormat is the version of the file; another one is refused.
const stateFormat = 1

// maxState bounds a card's file: 24 slots and maxObjects bytes of objects.
const maxState = 1 << 18

// secret is a PIN or a PUK with its counter.
type secret struct {
	Value [secretLen]byte `json:"value"`
	Total byte            `json:"total"`
	Left  byte            `json:"left"`
}

func newSecret(value string, total byte) secret {
	return secret{Value: padSecret(value), Total: total, Left: total}
}

type management struct {
	Algorithm Algorithm   `json:"algorithm"`
	Value     []byte      `json:"value"`
	Touch     TouchPolicy `json:"touch"`
}

// key is a slot's private key and what goes with it for ever.
type key struct {
	Algorithm Algorithm   `json:"algorithm"`
	PIN       PINPolicy   `json:"pin"`
	Touch     TouchPolicy `json:"touch"`
	Private   []byte      `json:"private"`           // PKCS #8
	Imported  bool        `json:"imported,omitzero"` // made elsewhere: it is never attested
}

func (k key) origin() Origin {
	if k.Imported {
		return OriginImported
	}
	return OriginGenerated
}

// attester is the key in slot F9 and its certificate, made in the factory. It
// survives a reset.
type attester struct {
	Prefix  string `json:"prefix"`  // subject of what it signs, without the slot
	Private []byte `json:"private"` // PKCS #8
	Cert    []byte `json:"cert"`    // DER
}

// empty puts everything back as it left the factory, except who the card is.
func (s *state) empty() {
	s.PIN = newSecret(factoryPIN, factoryRetries)
	s.PUK = newSecret(factoryPUK, factoryRetries)
	s.Management = management{Algorithm: TripleDES, Value: []byte(factoryManagement), Touch: TouchNever}
	if s.Firmware.has(hasEd25519) {
		s.Management.Algorithm = AES192
	}
	s.Keys = map[string]key{}
	s.Objects = map[string][]byte{}
}

// clone is deep enough to undo a command: values inside are replaced, never
// written into.
func (s state) clone() state {
	s.Keys, s.Objects = maps.Clone(s.Keys), maps.Clone(s.Objects)
	return s
}

func (s *state) encode() ([]byte, error) {
	b, err := json.Marshal(s, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("card %d: state: %w", s.Serial, err)
	}
	return b, nil
}

// decodeState reads a card's file strictly: unknown and repeated members,
// counters that do not add up and keys that do not parse are refused.
func decodeState(b []byte) (state, error) {
	var s state
	if len(b) > maxState {
		return s, fmt.Errorf("card state: %d bytes, more than %d", len(b), maxState)
	}
	if err := json.Unmarshal(b, &s, json.RejectUnknownMembers(true)); err != nil {
		return s, fmt.Errorf("card state: %w", err)
	}
	if s.Format != stateFormat {
		return s, fmt.Errorf("card state: format %d, this program reads %d", s.Format, stateFormat)
	}
	if err := s.check(); err != nil {
		return s, fmt.Errorf("card state: %w", err)
	}
	return s, nil
}

func (s *state) check() error {
	for name, x := range map[string]secret{"pin": s.PIN, "puk": s.PUK} {
		if x.Total == 0 || x.Left > x.Total {
			return fmt.Errorf("%s: %d tries left of %d", name, x.Left, x.Total)
		}
	}
	if _, err := managementCipher(s.Management.Algorithm, s.Management.Value); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(s.Keys)) {
		slot, err := parseSlot(name)
		if err != nil {
			return err
		}
		if !slot.forKeys() {
			return fmt.Errorf("keys: slot %s holds no keys", slot)
		}
		if _, err := s.Keys[name].signer(); err != nil {
			return fmt.Errorf("keys: slot %s: %w", slot, err)
		}
	}
	if _, _, err := s.Attester.load(); err != nil {
		return fmt.Errorf("attester: %w", err)
	}
	if s.Keys == nil || s.Objects == nil {
		return fmt.Errorf("keys or objects missing")
	}
	return nil
}

func parseSlot(name string) (Slot, error) {
	for s := Slot(0x80); s != 0; s++ {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("slot %q: not two lower-case hex digits of a PIV slot", name)
}

// State is the persistent state, to be given to [Load]. It holds the private
// keys, the PIN and the PUK in the clear: a card in software has nowhere to
// hide them.
func (c *Card) State() ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.encode()
}

// Secrets are the PIN and the PUK in a card's state, for whoever rehearses and
// has to look them up.
func Secrets(b []byte) (pin, puk string, err error) {
	s, err := decodeState(bytes.Clone(b))
	if err != nil {
		return "", "", err
	}
	return s.PIN.plain(), s.PUK.plain(), nil
}

func (s *secret) plain() string { return string(bytes.TrimRight(s.Value[:], "\xFF")) }

// Load is the card that [Card.State] described, without power until now.
func Load(b []byte, cfg Config) (*Card, error) {
	s, err := decodeState(bytes.Clone(b))
	if err != nil {
		return nil, err
	}
	return &Card{cfg: cfg.withDefaults(), state: s}, nil
}
