package provision_test

import (
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/root"
)

// generate has the card make a key, as another program would, while its
// management key is the factory's.
func (st *stage) generate(s pivcard.Slot) []byte {
	st.t.Helper()
	var spki []byte
	err := pivcard.NewClient(st.wire).Transaction(st.t.Context(), func(tx *pivcard.Tx) error {
		v, err := tx.Version(st.t.Context())
		if err != nil {
			return err
		}
		if err := tx.AuthenticateManagement(st.t.Context(), pivcard.FactoryManagementKey(v), rand.Reader); err != nil {
			return err
		}
		pub, err := tx.Generate(st.t.Context(), s, pivcard.KeySpec{Algorithm: pivcard.P256, PIN: pivcard.PINAlways, Touch: pivcard.TouchAlways})
		if err != nil {
			return err
		}
		spki, err = token.SPKI(pub)
		return err
	})
	if err != nil {
		st.t.Fatal(err)
	}
	return spki
}

// enrolled has the plan know a key as that of ada.
func (st *stage) enrolled(spki []byte) {
	st.t.Helper()
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}))
	st.planned("ada: {type: ecdsa-p256}", fmt.Sprintf("ada: {type: ecdsa-p256, pem: %q}", text))
}

// phrases are what has to be typed before the token is emptied.
func (st *stage) phrases() []string {
	st.t.Helper()
	o, offered := st.p.View().Offer(provision.ActEmpty, "")
	if !offered {
		st.t.Fatalf("at %s: %v", step(st.p.View()), ids(st.p.View()))
	}
	var out []string
	for _, f := range o.Fields {
		out = append(out, f.Phrase)
	}
	return out
}

// isStopped wants an emptying that nobody is led to, and these phrases for it.
func (st *stage) isStopped(why string, phrases ...string) {
	st.t.Helper()
	v := st.p.View()
	if step(v) != "token-empty" || !shows(v, why) || !shows(v, "STOP. ") {
		st.t.Errorf("at %s: %v", step(v), v.Body)
	}
	if _, led := st.holder.Answer(v); led {
		st.t.Error("an act is the next one")
	}
	if got := st.phrases(); !slices.Equal(got, append(phrases, "empty token 90000123")) {
		st.t.Errorf("phrases %q", got)
	}
}

func shortOf(t *testing.T, spki []byte) string {
	t.Helper()
	k, err := root.ParseSPKI(spki)
	if err != nil {
		t.Fatal(err)
	}
	return k.Fingerprint().Short()
}

// TestInUseInAnySlot: a key that the plan knows has a phrase of its own wherever
// it lies on the token.
func TestInUseInAnySlot(t *testing.T) {
	for s, says := range map[pivcard.Slot]string{
		pivcard.SlotSignature:      "This token is in use: its key is that of ada.",
		pivcard.SlotAuthentication: "This token is in use: the key in slot 9a is that of ada.",
		0x82:                       "This token is in use: the key in slot 82 is that of ada.",
	} {
		t.Run(s.String(), func(t *testing.T) {
			st := newStage(t)
			st.enrolled(st.generate(s))
			st.open()
			st.must(provision.ActSerial)
			st.isStopped(says, "destroy the key of ada")
			st.must(provision.ActEmpty)
			st.walk("")
		})
	}
}

// TestKeyOfNobody: a key that neither plan nor root knows may sign for somebody
// all the same.
func TestKeyOfNobody(t *testing.T) {
	t.Run("provisioned for another algorithm", func(t *testing.T) {
		st := newStage(t)
		st.open()
		st.walk("")
		key := shortOf(t, st.info().SPKI)
		st.cfg.Options.Algorithm = "ecdsa-p384"
		st.open()
		st.must(provision.ActSerial)
		st.isStopped("its key is another than wanted: algorithm ecdsa-p256, want ecdsa-p384", "destroy the key "+key)
		a := st.fill(provision.ActEmpty)
		a.Fields["destroy-1"] = "destroy the key"
		before := st.file()
		st.refused(a, sitting.NotDone, "the phrase was not typed as it is: destroy the key "+key)
		if st.file() != before {
			t.Error("the card has changed")
		}
	})
	t.Run("several", func(t *testing.T) {
		st := newStage(t)
		st.generate(pivcard.SlotAuthentication)
		st.generate(0x95)
		st.open()
		st.must(provision.ActSerial)
		st.isStopped("there are keys in slots that are to be empty: 9a and 95", "destroy 2 keys")
		st.enrolled(st.generate(0x82))
		st.open()
		st.must(provision.ActSerial)
		st.isStopped("the key in slot 82 is that of ada", "destroy the key of ada", "destroy 2 keys")
	})
	t.Run("as wanted already", func(t *testing.T) {
		st := newStage(t)
		st.open()
		st.walk("")
		st.open()
		st.must(provision.ActSerial)
		if got := st.phrases(); !slices.Equal(got, []string{"destroy the key " + shortOf(t, st.info().SPKI), "empty token 90000123"}) {
			t.Errorf("phrases %q", got)
		}
	})
}

// TestUnknownAlgorithm: a key of a kind that is not known here, such as one of a
// later firmware, is neither taken for an empty slot nor written over.
func TestUnknownAlgorithm(t *testing.T) {
	for _, begun := range []bool{false, true} {
		t.Run(fmt.Sprintf("half done %v", begun), func(t *testing.T) {
			st := newStage(t)
			if begun {
				st.open()
				st.walk(provision.ActPUK)
			}
			st.says = func(apdu []byte) []byte {
				if apdu[1] == 0xF7 && apdu[3] == 0x9C { // metadata of slot 9c
					return []byte("\x01\x01\xD1\x02\x02\x03\x02\x03\x01\x01\x04\x04\x86\x02\xAA\xBB\x90\x00")
				}
				return nil
			}
			st.open()
			st.must(provision.ActSerial)
			st.isStopped("the key in slot 9c is of a kind that this program does not know: unknown (0xd1)", "destroy the key in slot 9c")
			if !shows(st.p.View(), "unknown (0xd1) key that no root takes, generated, PIN always, touch always") || strings.Contains(fmt.Sprint(st.p.View().Body), "no key") {
				t.Errorf("%v", st.p.View().Body)
			}
			if _, offered := st.p.View().Offer(provision.ActGoOn, ""); offered {
				t.Error("it may be gone on with")
			}
		})
	}
}

// TestOtherThanShown: what the token says when it is written to is what it said
// when a phrase was typed, or nothing is written.
func TestOtherThanShown(t *testing.T) {
	const changed = "has changed since it was shown; nothing was written"
	t.Run("a key in use", func(t *testing.T) {
		st := newStage(t)
		empty := st.file()
		st.enrolled(st.generate(pivcard.SlotSignature))
		used := st.file()
		st.lay(empty)
		st.open()
		st.must(provision.ActSerial)
		a := st.fill(provision.ActEmpty)
		st.lay(used)
		st.refused(a, sitting.NotDone, changed)
		if st.file() != used {
			t.Error("the card has changed")
		}
		st.isStopped("its key is that of ada", "destroy the key of ada")
	})
	t.Run("a key in another slot", func(t *testing.T) {
		st := newStage(t)
		st.open()
		st.walk(provision.ActEmpty)
		a := st.fill(provision.ActEmpty)
		st.generate(0x82)
		st.refused(a, sitting.NotDone, changed)
		st.isStopped("there are keys in slots that are to be empty: 82", "destroy the key "+shortOf(t, st.info().Others[0].SPKI))
	})
	t.Run("tries", func(t *testing.T) {
		st := newStage(t)
		st.open()
		st.walk(provision.ActKey)
		st.again()
		a := st.fill(provision.ActKey)
		a.Secrets[sitting.PINField] = sitting.NewSecret([]byte("wr0ng#"))
		for range 4 { // by another program
			if err := pivcard.NewClient(st.wire).Transaction(t.Context(), func(tx *pivcard.Tx) error {
				return tx.VerifyPIN(t.Context(), []byte("000000"))
			}); err == nil {
				t.Fatal("a wrong PIN was taken")
			}
		}
		st.refused(a, sitting.NotDone, changed)
		if left := st.info().PINLeft; left != 1 {
			t.Errorf("%d tries left", left)
		}
		if o, _ := st.p.View().Offer(provision.ActKey, ""); len(o.Fields) != 2 {
			t.Errorf("fields %+v", o.Fields)
		}
	})
}
