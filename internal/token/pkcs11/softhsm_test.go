//go:build cgo

package pkcs11

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/token"
)

const (
	userPIN    = "845127"
	officerPIN = "73195248"
)

var p256Curve = elliptic.P256()

// softHSM is SoftHSM2 with a store of its own.
type softHSM struct {
	*Module
	lib   *p11.Ctx
	store string
}

// modulePath finds Debian's SoftHSM2.
func modulePath(t testing.TB) string {
	t.Helper()
	for _, path := range []string{"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Skip("Debian's package softhsm2 is not installed")
	return ""
}

// newSoftHSM opens SoftHSM2 with an empty store.
func newSoftHSM(t testing.TB) *softHSM {
	t.Helper()
	store := filepath.Join(t.TempDir(), "tokens")
	check(t, os.Mkdir(store, 0o700))
	return openSoftHSM(t, store)
}

// openSoftHSM opens SoftHSM2, which reads its settings anew each time.
func openSoftHSM(t testing.TB, store string) *softHSM {
	t.Helper()
	path := modulePath(t)
	settings := filepath.Join(t.TempDir(), "softhsm2.conf")
	check(t, os.WriteFile(settings, fmt.Appendf(nil, "directories.tokendir = %s\nlog.level = ERROR\n", store), 0o600))
	t.Setenv("SOFTHSM2_CONF", settings)
	m := must(Open(path))(t)
	t.Cleanup(func() { check(t, m.Close()) })
	return &softHSM{Module: m, lib: m.lib.(*p11.Ctx), store: store}
}

// init makes a token in the free slot and returns its slot and serial number.
func (h *softHSM) init(t testing.TB, label string) (uint, string) {
	t.Helper()
	slots := must(h.lib.GetSlotList(true))(t)
	for _, slot := range slots {
		if must(h.lib.GetTokenInfo(slot))(t).Flags&p11.CKF_TOKEN_INITIALIZED != 0 {
			continue
		}
		check(t, h.lib.InitToken(slot, officerPIN, label))
		h.as(t, slot, p11.CKU_SO, officerPIN, func(s p11.SessionHandle) { check(t, h.lib.InitPIN(s, userPIN)) })
		return slot, look(h.lib, slot).serial
	}
	t.Fatal("SoftHSM has no free slot")
	return 0, ""
}

// as does something in a session in which somebody is logged in.
func (h *softHSM) as(t testing.TB, slot, user uint, pin string, do func(p11.SessionHandle)) {
	t.Helper()
	s := must(h.lib.OpenSession(slot, p11.CKF_SERIAL_SESSION|p11.CKF_RW_SESSION))(t)
	check(t, h.lib.Login(s, user, pin))
	do(s)
	check(t, h.lib.Logout(s))
	check(t, h.lib.CloseSession(s))
}

// A kind of key, and how one is made.
type kind struct {
	name      string
	mechanism uint
	public    []*p11.Attribute
}

var (
	p256    = kind{"ecdsa-p256", p11.CKM_EC_KEY_PAIR_GEN, curve("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07")}
	p384    = kind{"ecdsa-p384", p11.CKM_EC_KEY_PAIR_GEN, curve("\x06\x05\x2b\x81\x04\x00\x22")}
	p521    = kind{"", p11.CKM_EC_KEY_PAIR_GEN, curve("\x06\x05\x2b\x81\x04\x00\x23")}
	edwards = kind{"ed25519", 0x1055, curve("\x13\x0cedwards25519")}
	rsa2048 = kind{"rsa-2048", p11.CKM_RSA_PKCS_KEY_PAIR_GEN, rsaBits(2048)}
	rsa3072 = kind{"rsa-3072", p11.CKM_RSA_PKCS_KEY_PAIR_GEN, rsaBits(3072)}
)

func curve(oid string) []*p11.Attribute {
	return []*p11.Attribute{p11.NewAttribute(p11.CKA_EC_PARAMS, []byte(oid))}
}

func rsaBits(n int) []*p11.Attribute {
	return []*p11.Attribute{p11.NewAttribute(p11.CKA_MODULUS_BITS, n), p11.NewAttribute(p11.CKA_PUBLIC_EXPONENT, []byte{1, 0, 1})}
}

// generate makes a key on the token, kept as a key should be unless more says
// otherwise.
func (h *softHSM) generate(t testing.TB, slot uint, k kind, id byte, more ...*p11.Attribute) {
	t.Helper()
	public := append(common(id), p11.NewAttribute(p11.CKA_VERIFY, true))
	h.as(t, slot, p11.CKU_USER, userPIN, func(s p11.SessionHandle) {
		_, _, err := h.lib.GenerateKeyPair(s, []*p11.Mechanism{p11.NewMechanism(k.mechanism, nil)},
			with(public, k.public...), with(kept(id), more...))
		check(t, err)
	})
}

func common(id byte) []*p11.Attribute {
	return []*p11.Attribute{p11.NewAttribute(p11.CKA_TOKEN, true), p11.NewAttribute(p11.CKA_ID, []byte{id}), p11.NewAttribute(p11.CKA_LABEL, "ceremony")}
}

func kept(id byte) []*p11.Attribute {
	return append(common(id), p11.NewAttribute(p11.CKA_PRIVATE, true), p11.NewAttribute(p11.CKA_SIGN, true),
		p11.NewAttribute(p11.CKA_SENSITIVE, true), p11.NewAttribute(p11.CKA_EXTRACTABLE, false))
}

// with is a template in which more replaces or adds.
func with(template []*p11.Attribute, more ...*p11.Attribute) []*p11.Attribute {
	var out []*p11.Attribute
	for _, a := range append(template, more...) {
		for i := range out {
			if out[i].Type == a.Type {
				out[i] = a
				a = nil
				break
			}
		}
		if a != nil {
			out = append(out, a)
		}
	}
	return out
}

// create stores an object as it is.
func (h *softHSM) create(t testing.TB, slot uint, object []*p11.Attribute) {
	t.Helper()
	h.as(t, slot, p11.CKU_USER, userPIN, func(s p11.SessionHandle) {
		_, err := h.lib.CreateObject(s, object)
		check(t, err)
	})
}

// imported stores a key pair that was made elsewhere.
func (h *softHSM) imported(t testing.TB, slot uint, id byte, more ...*p11.Attribute) {
	t.Helper()
	k := must(ecdsa.GenerateKey(p256Curve, rand.Reader))(t)
	point := must(k.PublicKey.Bytes())(t)
	ec := append(p256.public, p11.NewAttribute(p11.CKA_KEY_TYPE, p11.CKK_EC))
	private := with(append(kept(id), ec...), p11.NewAttribute(p11.CKA_CLASS, p11.CKO_PRIVATE_KEY), p11.NewAttribute(p11.CKA_VALUE, must(k.Bytes())(t)))
	h.create(t, slot, with(private, more...))
	h.create(t, slot, with(append(common(id), ec...), p11.NewAttribute(p11.CKA_CLASS, p11.CKO_PUBLIC_KEY), p11.NewAttribute(p11.CKA_VERIFY, true),
		p11.NewAttribute(p11.CKA_EC_POINT, append([]byte{4, byte(len(point))}, point...))))
}

// found is what the module lists: the tokens and what they say.
func (h *softHSM) found(t testing.TB) ([]token.Token, []token.Info) {
	t.Helper()
	tokens := must(h.Tokens(t.Context()))(t)
	var infos []token.Info
	for _, k := range tokens {
		infos = append(infos, must(k.Inspect(t.Context()))(t))
	}
	return tokens, infos
}

// one is the only key there is.
func (h *softHSM) one(t testing.TB) (*Token, token.Info) {
	t.Helper()
	tokens, infos := h.found(t)
	if len(tokens) != 1 {
		t.Fatalf("%d tokens, want one: %+v", len(tokens), infos)
	}
	return tokens[0].(*Token), infos[0]
}

// signs has a token sign something and returns the error.
func signs(t testing.TB, k token.Token, info token.Info, pin string) error {
	t.Helper()
	s, err := k.Open(t.Context(), token.Want{Serial: info.Serial, SPKI: info.SPKI}, token.NewSecret([]byte(pin)), nil)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = s.SignMessage(bytes.NewReader([]byte("message")))
	return err
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		check(t, err)
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	return must(hex.DecodeString(s))(t)
}
