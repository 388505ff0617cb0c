package sitting_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/openpgp"
	"github.com/rootmoot/rootmoot/internal/openpgp/openpgptest"
	"github.com/rootmoot/rootmoot/internal/pythontest"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// gnupg holds the keys of those who stay on OpenPGP: boston with a key that signs,
// chennai with a subkey. Amsterdam has a token.
type gnupg struct {
	*openpgptest.Home
	boston, chennai string // fingerprints of what signs
	trusted         verify.Trusted
}

// withCards is the second sitting of a chain whose first root two people signed
// with GnuPG, as it was done before there was this program.
func withCards(t *testing.T) (*stage, *gnupg) {
	t.Helper()
	st := stageIn(t, t.TempDir(), plan.Conda)
	h := &gnupg{Home: openpgptest.New(t)}
	h.boston = h.Key(t, "boston")
	primary, sub := h.Subkey(t, "chennai")
	h.chennai = sub
	serial, amsterdam := st.tokenOf(t, "amsterdam")
	keys := []root.PublicKey{amsterdam, h.Public(t, h.boston, h.boston), h.Public(t, primary, sub)}
	_, online := st.tokenOf(t, "dakar")
	now := time.Now().UTC().Truncate(time.Second)
	first, err := root.Draft(nil, root.Spec{
		Format: root.Conda, Rehearsal: true, Expires: now.AddDate(0, 6, 0), SigningTime: now.AddDate(0, -6, 0),
		Roles: []root.RoleSpec{{Name: "root", Threshold: 2, Keys: keys}, {Name: "key_mgr", Threshold: 1, Keys: []root.PublicKey{online}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	trusted, report := verify.TrustFile(h.Root(t, first, map[string]root.PublicKey{h.boston: keys[1], sub: keys[2]}), verify.Options{At: now, Rehearsal: true})
	if report.Verdict() != verify.Accepted {
		t.Fatalf("%+v", report.Failures())
	}
	h.trusted = trusted
	text := fmt.Sprintf(`rootmoot: 1
name: Rehearsal packages
format: conda
purpose: renew
mode: rehearsal
document: root
continues: {version: 1, digest: %v}
signing_time: %s
deadline: %s
root: {expires: %s, threshold: 2, keyholders: [amsterdam, boston, chennai]}
keys:
  amsterdam: {type: ed25519, hex: "%x"}
  boston: {type: ed25519, hex: "%x"}
  chennai: {type: ed25519, hex: "%x"}
  online: {type: ed25519, hex: "%x"}
participants:
  amsterdam: {organisation: A, token: {kind: rehearsal, serial: %s, slot: 9c}}
  boston: {organisation: B, token: {kind: openpgp, serial: %s}, attestation: none}
  chennai: {organisation: C, token: {kind: openpgp, serial: %s}, attestation: none}
policy: {witness: optional}
tool: {version: 1.0.0}
`, first.Digest(), root.FormatTime(now), root.FormatTime(now.AddDate(0, 0, 14)), root.FormatTime(now.AddDate(0, 10, 0)),
		keys[0].Raw(), keys[1].Raw(), keys[2].Raw(), online.Raw(), serial, h.boston, h.chennai)
	st.cfg.Dir, st.cfg.Plan, st.cfg.Trusted, st.cfg.Chain = t.TempDir(), []byte(text), h.trusted, [][]byte{h.trusted.Raw()}
	return st, h
}

// tokenOf is the serial number and the key of a rehearsal token.
func (st *stage) tokenOf(t *testing.T, name string) (string, root.PublicKey) {
	t.Helper()
	p, err := plan.Load(st.cfg.Plan)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := st.cfg.Tokens(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := sitting.See(t.Context(), tokens)
	defer sitting.CloseSeen(seen)
	for _, s := range seen {
		if s.Info.Serial != string(p.Participants[name].Token.Serial) {
			continue
		}
		k, err := root.ParseSPKI(s.Info.SPKI)
		if err != nil {
			t.Fatal(err)
		}
		return s.Info.Serial, k
	}
	t.Fatalf("no token of %s", name)
	return "", root.PublicKey{}
}

// brings writes a signature, and is the act that brings it in.
func (h *gnupg) brings(t *testing.T, st *stage, name string, raw []byte) sitting.Act {
	t.Helper()
	a := st.fill(sitting.ActImport, name)
	a.Fields["file"] = h.Write(t, name+".sig", raw)
	return a
}

// short is a signature whose R or S begins with a zero byte, which GnuPG leaves
// out. What is signed has the time in it: each second is another try, and gpg
// believes what it is told of the time.
func (h *gnupg) short(t *testing.T, fingerprint string, data []byte) []byte {
	t.Helper()
	const most = 2000 // the chance that none is short: 1 in 6 million
	for i := range most {
		at := time.Now().UTC().Add(time.Duration(i) * time.Second).Format("20060102T150405!")
		raw := h.Sign(t, fingerprint, data, "--faked-system-time", at)
		s, err := openpgp.ParseSignature(raw)
		if err != nil {
			t.Fatal(err)
		}
		if s.Sig[0] == 0 || s.Sig[32] == 0 {
			return raw
		}
	}
	t.Fatalf("none of %d signatures is short", most)
	return nil
}

// signsAt has somebody confirm, sign with GnuPG, and bring the signature in.
func (h *gnupg) signsAt(t *testing.T, st *stage, name, fingerprint string) {
	t.Helper()
	st.must(sitting.ActToken, name)
	st.must(sitting.ActBytes, name)
	if err := st.do(h.brings(t, st, name, h.Sign(t, fingerprint, st.file(name+".bytes")))); err != nil {
		t.Fatal(err)
	}
}

// TestOpenPGPElsewhere: one keyholder signs with gpg in the room, and R or S is
// short; one with a subkey at a place of their own, one with a token. The root verifies by our
// verifier and by conda's rules, and the evidence holds.
func TestOpenPGPElsewhere(t *testing.T) {
	st, h := withCards(t)
	st.open()
	st.walk("signatures")
	desk := st.asks(t, "chennai")
	desk.open()
	desk.walk("signatures")
	h.signsAt(t, desk, "chennai", h.chennai)
	desk.walk("")
	_, raw, ready := desk.s.Contribution()
	if !ready {
		t.Fatal("there is no contribution")
	}
	d, err := ceremony.ParseDelivery(raw)
	if err != nil || d.Backing() != ceremony.SignatureOnly || d.Contribution.Token.Kind != "openpgp" || d.Contribution.Token.Serial != h.chennai {
		t.Fatalf("%v, %+v", err, d)
	}
	st.takes(t, raw)
	if !shows(st.view(), "signed  chennai (signature only, without a statement)") {
		t.Error("what was merged is not labelled")
	}
	st.must(sitting.ActToken, "boston")
	st.must(sitting.ActBytes, "boston")
	if err := st.do(h.brings(t, st, "boston", h.short(t, h.boston, st.file("boston.bytes")))); err != nil {
		t.Fatal(err)
	}
	st.must(sitting.ActToken, "amsterdam")
	st.must(sitting.ActSign, "amsterdam")
	st.walk("")

	o := verify.Options{At: st.cfg.Now(), Rehearsal: true}
	next, report := verify.Next(h.trusted, st.file("2.root.json"), o)
	if next.IsZero() || len(next.Root().Envelope.Entries) != 3 {
		t.Fatalf("%+v", report.Failures())
	}
	if report, _ := evidence.Check(st.file(sitting.EvidenceFile), evidence.Options{Verify: o, Trusted: h.trusted, CAs: st.cfg.Bundle}); report.Verdict() != verify.Accepted {
		t.Errorf("evidence: %+v", report.Failures())
	}
	h.underCondasRules(t, filepath.Join(st.cfg.Dir, "2.root.json"), true)
	bad := bytes.Replace(st.file("2.root.json"), []byte(`"threshold": 1`), []byte(`"threshold": 2`), 1)
	h.underCondasRules(t, h.Write(t, "bad.root.json", bad), false)
}

// underCondasRules asks the rules of conda-content-trust: a transcription that is
// self-made, over Python's json and hashlib and OpenSSL's signatures.
func (h *gnupg) underCondasRules(t *testing.T, path string, want bool) {
	t.Helper()
	python := pythontest.With(t, "cryptography")
	const script = `import sys; sys.path.insert(0, "../../keymgr/testdata"); sys.dont_write_bytecode = True
import reference
try:
    reference.verify_root(*map(reference.load, sys.argv[1:])); print("accepted")
except reference.SignatureError:
    print("refused")`
	out, err := exec.Command(python, "-c", script, h.Write(t, "1.root.json", h.trusted.Raw()), path).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != map[bool]string{true: "accepted", false: "refused"}[want] {
		t.Errorf("%v: %s", err, out)
	}
}

// TestOpenPGPRefuses: what is not taken is not recorded, says what to do, and the
// same is offered again.
func TestOpenPGPRefuses(t *testing.T) {
	st, h := withCards(t)
	st.open()
	st.walk("signatures")
	st.must(sitting.ActToken, "boston")
	if _, offered := st.view().Offer(sitting.ActImport, "boston"); offered {
		t.Error("a signature is taken before the bytes were confirmed")
	}
	a := st.fill(sitting.ActBytes, "boston")
	a.Fields["words"] = "not the words"
	if err := st.do(a); err == nil {
		t.Error("written without the words")
	}
	bytesFile := filepath.Join(st.cfg.Dir, "boston.bytes")
	if err := os.WriteFile(bytesFile, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	st.refused(st.fill(sitting.ActBytes, "boston"), "the bytes to sign")
	if err := os.Remove(bytesFile); err != nil {
		t.Fatal(err)
	}
	st.must(sitting.ActBytes, "boston")
	data := st.file("boston.bytes")
	for _, line := range openpgp.Command(h.boston, "boston.bytes", "boston.sig") {
		if !slices.Contains(st.view().Body[0].Lines, line) {
			t.Errorf("the view does not tell %q: %q", line, st.view().Body[0].Lines)
		}
	}
	late := h.Sign(t, h.boston, append(bytes.Clone(data), '\n'))
	for _, c := range []struct {
		name, want, hint string
		raw              []byte
	}{
		{"another key", "the plan has " + h.boston, "--local-user " + h.boston + "!", h.Sign(t, h.chennai, data)},
		{"other bytes", "over other bytes", "unchanged", late},
		{"a bit flipped", "does not verify", "unchanged", flipped(h.Sign(t, h.boston, data))},
		{"armoured", "is armoured", "--no-armor", h.Run(t, data, "--local-user", h.boston, "--digest-algo", "SHA256", "--armor", "--detach-sign")},
		{"SHA-512", "SHA-512", "--digest-algo SHA256", h.Run(t, data, "--local-user", h.boston, "--digest-algo", "SHA512", "--detach-sign")},
	} {
		t.Run(c.name, func(t *testing.T) {
			act := h.brings(t, st, "boston", c.raw)
			st.refused(act, c.want)
			var r *sitting.Refusal
			if err := st.do(act); !errors.As(err, &r) || r.Kind != sitting.NotTaken || !strings.Contains(r.Hint, c.hint) {
				t.Errorf("%+v", r)
			}
		})
	}
	missing := st.fill(sitting.ActImport, "boston")
	missing.Fields["file"] = filepath.Join(t.TempDir(), "none")
	st.refused(missing, "cannot be read")
	st.must(sitting.ActPutAway, "")

	// Opened again: the bytes are there, and the signature is what is waited for.
	st.cfg.Signature = h.Write(t, "boston.sig", h.Sign(t, h.boston, data))
	st.open()
	st.must(sitting.ActToken, "boston")
	if o, _ := st.view().Offer(sitting.ActImport, "boston"); len(o.Fields) != 0 || !strings.Contains(o.Label, "boston.sig") {
		t.Errorf("%+v", o)
	}
	st.must(sitting.ActImport, "boston")
	if !strings.Contains(st.journal(), hex.EncodeToString([]byte{4, 0, 0x16, 8, 0, 0x1d})) {
		t.Error("the header is not in the journal")
	}
}

func flipped(raw []byte) []byte {
	raw[len(raw)-1] ^= 1
	return raw
}

// TestOpenPGPSecondDigest: this machine notices that gpg is about to sign a second
// digest for a version, before there are bytes for it.
func TestOpenPGPSecondDigest(t *testing.T) {
	st, h := withCards(t)
	st.remembers(t)
	first := st.at(t, "first", "amsterdam", "boston", "chennai")
	first.open()
	first.walk("signatures")
	h.signsAt(t, first, "boston", h.boston)
	first.must(sitting.ActAbort, "")

	mended := strings.Index(string(st.cfg.Plan), "expires: 20") + len("expires: 20")
	st.cfg.Plan[mended+1]++ // another year: another candidate
	st.open()
	st.walk("signatures")
	st.must(sitting.ActToken, "boston")
	if !shows(st.view(), "this key has signed another version 2") {
		t.Error("the screen does not say so")
	}
	a := st.fill(sitting.ActBytes, "boston")
	delete(a.Fields, "second")
	st.refused(a, "Why a second one: nothing was typed")
	st.must(sitting.ActBytes, "boston")
	if status, err := sitting.Look(st.cfg); err != nil || len(status.Open) != 1 || !strings.Contains(status.Open[0].Happened, "the key of boston signs a second digest for version 2") {
		t.Errorf("%v, %+v", err, status.Open)
	}
}
