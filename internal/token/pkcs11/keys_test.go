//go:build cgo

package pkcs11

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/token"
)

var visible = p11.NewAttribute(p11.CKA_PRIVATE, false)

// Two tokens with one label and one key id, as anybody may have: the serial
// number tells them apart, also when both sign at once.
func TestSeveralTokens(t *testing.T) {
	h := newSoftHSM(t)
	for range 2 {
		slot, _ := h.init(t, "ceremony")
		h.generate(t, slot, p256, 1)
	}
	tokens, infos := h.found(t)
	if len(tokens) != 2 || infos[0].Serial == infos[1].Serial || bytes.Equal(infos[0].SPKI, infos[1].SPKI) {
		t.Fatalf("%+v", infos)
	}
	var all sync.WaitGroup
	for range 5 {
		for i, k := range tokens {
			all.Go(func() {
				if err := signs(t, k, infos[i], userPIN); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	var m *token.MismatchError
	if err := signs(t, tokens[0], infos[1], userPIN); !errors.As(err, &m) || !errors.Is(err, token.ErrOtherToken) || m.Got != infos[0].Serial {
		t.Errorf("%v, want ErrOtherToken", err)
	}
	check(t, os.RemoveAll(h.storeOf(t, infos[0].Serial)))
	if err := signs(t, tokens[0], infos[0], userPIN); !errors.Is(err, token.ErrRemoved) {
		t.Errorf("removed: %v, want ErrRemoved", err)
	}
	check(t, signs(t, tokens[1], infos[1], userPIN))
}

// storeOf is the folder of one token: SoftHSM names it by a UUID of which the
// serial number is the end.
func (h *softHSM) storeOf(t testing.TB, serial string) string {
	t.Helper()
	for _, dir := range must(os.ReadDir(h.store))(t) {
		if strings.HasSuffix(strings.ReplaceAll(dir.Name(), "-", ""), serial) {
			return filepath.Join(h.store, dir.Name())
		}
	}
	t.Fatal("no such token in the store")
	return ""
}

func TestTwoKeysOnOneToken(t *testing.T) {
	h := newSoftHSM(t)
	slot, serial := h.init(t, "ceremony")
	h.generate(t, slot, p256, 0x0a)
	h.generate(t, slot, edwards, 0xb0)
	tokens, infos := h.found(t)
	if len(tokens) != 2 {
		t.Fatalf("%+v", infos)
	}
	for i, want := range []struct{ slot, algorithm string }{{"0a", "ecdsa-p256"}, {"b0", "ed25519"}} {
		info, other := infos[i], infos[1-i]
		if info.Serial != serial || info.Slot != want.slot || info.Algorithm != want.algorithm {
			t.Errorf("%+v, want %+v", info, want)
		}
		if len(info.Others) != 1 || info.Others[0].Slot != other.Slot || !bytes.Equal(info.Others[0].SPKI, other.SPKI) {
			t.Errorf("others: %+v", info.Others)
		}
		check(t, signs(t, tokens[i], info, userPIN))
		if err := signs(t, tokens[i], other, userPIN); !errors.Is(err, token.ErrOtherKey) {
			t.Errorf("%v, want ErrOtherKey", err)
		}
	}
}

// What a token tells without a PIN, and whether it then signs.
func TestHowTheKeyIsKept(t *testing.T) {
	for _, c := range []struct {
		name        string
		make        func(*testing.T, *softHSM, uint)
		extractable token.Default
		origin, pin string
		want        error
	}{
		{"kept, hidden", func(t *testing.T, h *softHSM, slot uint) { h.generate(t, slot, p256, 1) }, token.Unknown, "", "", nil},
		{"kept, shown", func(t *testing.T, h *softHSM, slot uint) { h.generate(t, slot, p256, 1, visible) }, token.No, "generated", "once", nil},
		{"extractable, hidden", func(t *testing.T, h *softHSM, slot uint) {
			h.generate(t, slot, p256, 1, p11.NewAttribute(p11.CKA_EXTRACTABLE, true))
		}, token.Unknown, "", "", token.ErrExtractable},
		{"extractable, shown", func(t *testing.T, h *softHSM, slot uint) {
			h.generate(t, slot, p256, 1, visible, p11.NewAttribute(p11.CKA_EXTRACTABLE, true))
		}, token.Yes, "generated", "once", token.ErrExtractable},
		{"once extractable", func(t *testing.T, h *softHSM, slot uint) {
			h.generate(t, slot, p256, 1, visible, p11.NewAttribute(p11.CKA_EXTRACTABLE, true))
			h.as(t, slot, p11.CKU_USER, userPIN, func(s p11.SessionHandle) {
				private := h.lookup(t, s, p11.CKO_PRIVATE_KEY)[0]
				check(t, h.lib.SetAttributeValue(s, private, []*p11.Attribute{p11.NewAttribute(p11.CKA_EXTRACTABLE, false)}))
			})
		}, token.Yes, "generated", "once", token.ErrExtractable},
		{"imported, hidden", func(t *testing.T, h *softHSM, slot uint) { h.imported(t, slot, 1) }, token.Unknown, "", "", token.ErrExtractable},
		{"imported, shown", func(t *testing.T, h *softHSM, slot uint) { h.imported(t, slot, 1, visible) }, token.Yes, "imported", "once", token.ErrExtractable},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newSoftHSM(t)
			slot, _ := h.init(t, "ceremony")
			c.make(t, h, slot)
			k, info := h.one(t)
			if info.Extractable != c.extractable || info.Origin != c.origin || info.PINPolicy != c.pin {
				t.Errorf("extractable %q, origin %q, PIN %q", info.Extractable, info.Origin, info.PINPolicy)
			}
			if err := signs(t, k, info, userPIN); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			h.loggedOut(t, slot)
		})
	}
}

// lookup is all objects of a class.
func (h *softHSM) lookup(t testing.TB, s p11.SessionHandle, class uint) []p11.ObjectHandle {
	t.Helper()
	return must((&session{lib: h.lib, handle: s}).objects(class, nil))(t)
}

// loggedOut checks that nobody is logged in.
func (h *softHSM) loggedOut(t testing.TB, slot uint) {
	t.Helper()
	s := must(h.lib.OpenSession(slot, p11.CKF_SERIAL_SESSION))(t)
	if state := must(h.lib.GetSessionInfo(s))(t).State; state != p11.CKS_RO_PUBLIC_SESSION {
		t.Errorf("session state %d: the user is still logged in", state)
	}
	check(t, h.lib.CloseSession(s))
}

func TestSameID(t *testing.T) {
	h := newSoftHSM(t)
	slot, _ := h.init(t, "ceremony")
	h.generate(t, slot, p256, 1)
	_, info := h.one(t)
	h.generate(t, slot, p256, 1)
	k := must(h.Tokens(t.Context()))(t)[0]
	for _, err := range []error{errOf(k.Inspect(t.Context())), signs(t, k, info, userPIN)} {
		if !errors.Is(err, token.ErrNoKey) || !strings.Contains(err.Error(), "2 keys have the id 01") {
			t.Errorf("%v, want the id that is given twice", err)
		}
	}
	// The same, where only the PIN shows it.
	h.as(t, slot, p11.CKU_USER, userPIN, func(s p11.SessionHandle) {
		check(t, h.lib.DestroyObject(s, h.lookup(t, s, p11.CKO_PUBLIC_KEY)[1]))
	})
	k, info = h.one(t)
	if err := signs(t, k, info, userPIN); !errors.Is(err, token.ErrNoKey) || !strings.Contains(err.Error(), "2 keys have the id 01") {
		t.Errorf("%v, want the id that is given twice", err)
	}
	h.loggedOut(t, slot)
}

// Nonsense beside a key, which anybody who may write to the token can leave, is
// listed as what it is, and the key signs.
func TestNonsenseBesideAKey(t *testing.T) {
	object := func(kind uint, more ...*p11.Attribute) []*p11.Attribute {
		public := append(common(9), p11.NewAttribute(p11.CKA_CLASS, p11.CKO_PUBLIC_KEY), p11.NewAttribute(p11.CKA_KEY_TYPE, kind),
			p11.NewAttribute(p11.CKA_PRIVATE, false), p11.NewAttribute(p11.CKA_VERIFY, true))
		return append(public, more...)
	}
	for _, c := range []struct {
		name   string
		object []*p11.Attribute
	}{
		{"rsa", object(p11.CKK_RSA, p11.NewAttribute(p11.CKA_MODULUS, []byte{5, 5, 5}), p11.NewAttribute(p11.CKA_PUBLIC_EXPONENT, []byte{3}))},
		{"ecdsa", object(p11.CKK_EC, p256.public[0], p11.NewAttribute(p11.CKA_EC_POINT, []byte{4, 2, 1, 1}))},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newSoftHSM(t)
			slot, _ := h.init(t, "ceremony")
			h.generate(t, slot, p256, 1)
			h.create(t, slot, c.object)
			tokens := must(h.Tokens(t.Context()))(t)
			if len(tokens) != 2 {
				t.Fatalf("%d tokens, want the key and the nonsense", len(tokens))
			}
			info := must(tokens[0].Inspect(t.Context()))(t)
			if len(info.Others) != 1 || info.Others[0].Slot != "09" || info.Others[0].SPKI != nil {
				t.Errorf("others: %+v", info.Others)
			}
			check(t, signs(t, tokens[0], info, userPIN))
			if err := errOf(tokens[1].Inspect(t.Context())); !errors.Is(err, token.ErrBadAnswer) || !strings.Contains(err.Error(), "key 09") {
				t.Errorf("%v, want ErrBadAnswer and which key it is", err)
			}
			w := token.Want{Serial: info.Serial, SPKI: info.SPKI}
			if _, err := tokens[1].Open(t.Context(), w, token.Secret{}, nil); !errors.Is(err, token.ErrBadAnswer) {
				t.Errorf("open: %v, want ErrBadAnswer", err)
			}
		})
	}
}

// A token without a key that signs here is seen, and so is what lies on it.
func TestNothingThatSigns(t *testing.T) {
	h := newSoftHSM(t)
	slot, serial := h.init(t, "ceremony")
	k, info := h.one(t)
	if info.Serial != serial || info.Slot != "" || info.SPKI != nil || info.Others != nil {
		t.Errorf("empty token: %+v", info)
	}
	h.generate(t, slot, p521, 1)
	if _, info = h.one(t); info.SPKI != nil || len(info.Others) != 1 || info.Others[0].Slot != "01" {
		t.Errorf("token with a P-521 key: %+v", info)
	}
	if _, err := k.Open(t.Context(), token.Want{Serial: serial, SPKI: []byte("any")}, token.Secret{}, nil); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("%v, want ErrNoKey", err)
	}
	// A public key alone signs nothing, as the PIN shows.
	h.generate(t, slot, p256, 2)
	tokens, infos := h.found(t)
	h.as(t, slot, p11.CKU_USER, userPIN, func(s p11.SessionHandle) {
		for _, o := range h.lookup(t, s, p11.CKO_PRIVATE_KEY) {
			check(t, h.lib.DestroyObject(s, o))
		}
	})
	if err := signs(t, tokens[0], infos[0], userPIN); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("%v, want ErrNoKey", err)
	}
	h.loggedOut(t, slot)
}

// OpenSC's pkcs11-tool, which is not ours, makes the key and says what it is.
func TestPKCS11ToolAgrees(t *testing.T) {
	tool, err := exec.LookPath("pkcs11-tool")
	if err != nil {
		t.Skip("Debian's package opensc is not installed")
	}
	h := newSoftHSM(t)
	_, serial := h.init(t, "ceremony")
	pkcs11Tool := func(args ...string) []byte {
		cmd := exec.CommandContext(t.Context(), tool, append([]string{"--module", modulePath(t), "--token-label", "ceremony"}, args...)...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v\n%s", cmd, err, &stderr)
		}
		return out
	}
	pkcs11Tool("--login", "--pin", userPIN, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "c0ffee", "--always-auth")
	k, info := h.one(t)
	if info.Serial != serial || info.Slot != "c0ffee" || info.Algorithm != "ecdsa-p256" {
		t.Errorf("%+v", info)
	}
	if got := pkcs11Tool("--read-object", "--type", "pubkey", "--id", "c0ffee"); !bytes.Equal(got, info.SPKI) {
		t.Errorf("pkcs11-tool reads %x, we read %x", got, info.SPKI)
	}
	check(t, signs(t, k, info, userPIN))
}
