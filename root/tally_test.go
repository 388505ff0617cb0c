package root_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

// resigned is a document that the test made and then changed, signed anew by
// the signers, each under the keyid beside it.
func resigned(t *testing.T, raw []byte, by map[string]signer) *root.Root {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	msg := parse(t, raw).Signed()
	var entries []any
	for id, s := range by {
		entries = append(entries, map[string]any{"keyid": id, "sig": hex.EncodeToString(s.sign(t, msg))})
	}
	doc["signatures"] = entries
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, out)
}

func unsigned(t *testing.T, c *root.Candidate) []byte {
	t.Helper()
	raw, err := c.Assemble(nil)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func codes(r *root.Root) []root.Code {
	var out []root.Code
	for _, f := range r.Faults {
		if !slices.Contains(out, f.Code) {
			out = append(out, f.Code)
		}
	}
	return out
}

// One public key under two keyids counts once (GHSA-3633-5h82-39pq,
// go-tuf#733): here under three, one of them of another keytype.
func TestOneKeyUnderManyIdsCountsOnce(t *testing.T) {
	a, b := newSigner(t, root.P256), newSigner(t, root.P256)
	c := draft(t, nil, tufGenesis(publics([]signer{a, b}), 2, newSigner(t, root.Ed25519).PublicKey))
	id := idOf(t, c.Root, a)
	raw := rewrite(t, unsigned(t, c), func(signed map[string]any) {
		keys := signed["keys"].(map[string]any)
		keys["second"] = keys[id]
		point := map[string]any{"public": hex.EncodeToString(a.Raw())}
		keys["third"] = map[string]any{"keytype": "ecdsa-sha2-nistp256", "scheme": "ecdsa-sha2-nistp256", "keyval": point}
		r := signed["roles"].(map[string]any)["root"].(map[string]any)
		r["keyids"] = append(r["keyids"].([]any), "second", "third")
	})
	r := resigned(t, raw, map[string]signer{id: a, "second": a, "third": a})
	tally := r.RootRole().Tally(r.Envelope)
	if tally.Good != 1 || tally.Met() || len(tally.Keys) != 2 {
		t.Errorf("%+v", tally)
	}
	if !slices.Contains(codes(r), root.FaultKeyTwice) {
		t.Errorf("faults: %v", r.Faults)
	}
	// Signed under one of its names alone, it counts as well.
	r = resigned(t, raw, map[string]signer{"third": a, idOf(t, c.Root, b): b})
	if tally := r.RootRole().Tally(r.Envelope); tally.Good != 2 || !tally.Met() {
		t.Errorf("%+v", tally)
	}
}

func TestTallyStandings(t *testing.T) {
	keys := newSigners(t, root.P256, 2)
	outsider, online := newSigner(t, root.P256), newSigner(t, root.Ed25519)
	c := draft(t, nil, tufGenesis(publics(keys), 2, online.PublicKey))
	a, b := idOf(t, c.Root, keys[0]), idOf(t, c.Root, keys[1])
	good := hex.EncodeToString(keys[0].sign(t, c.Root.Signed()))
	badly := hex.EncodeToString(outsider.sign(t, c.Root.Signed()))
	alien := hex.EncodeToString(online.sign(t, c.Root.Signed()))
	for _, tc := range []struct {
		name    string
		entries [][2]string
		a, b    root.Standing
		codes   []root.Code
	}{
		{"none", nil, root.Unsigned, root.Unsigned, nil},
		{"one", [][2]string{{a, good}}, root.GoodSig, root.Unsigned, nil},
		{"placeholder", [][2]string{{a, good}, {b, ""}}, root.GoodSig, root.Unsigned, []root.Code{root.FaultSigPlaceholder}},
		{"of another key", [][2]string{{a, good}, {b, badly}}, root.GoodSig, root.BadSig, nil},
		{"of its neighbour", [][2]string{{a, good}, {b, good}}, root.GoodSig, root.BadSig, nil},
		{"upper case", [][2]string{{a, strings.ToUpper(good)}}, root.BadForm, root.Unsigned, []root.Code{root.FaultSigMalformed}},
		{"no hex", [][2]string{{a, "zz"}}, root.BadForm, root.Unsigned, []root.Code{root.FaultSigMalformed}},
		{"stranger", [][2]string{{"stranger", good}}, root.Unsigned, root.Unsigned, nil},
		{"key of another role", [][2]string{{idOf(t, c.Root, online), alien}}, root.Unsigned, root.Unsigned, nil},
		{"twice, bad first", [][2]string{{a, badly}, {a, good}}, root.BadSig, root.Unsigned, []root.Code{root.FaultSigTwice}},
		{"twice, good first", [][2]string{{a, good}, {a, badly}}, root.GoodSig, root.Unsigned, []root.Code{root.FaultSigTwice}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var doc map[string]any
			if err := json.Unmarshal(unsigned(t, c), &doc); err != nil {
				t.Fatal(err)
			}
			entries := []any{}
			for _, e := range tc.entries {
				entries = append(entries, map[string]any{"keyid": e[0], "sig": e[1]})
			}
			doc["signatures"] = entries
			raw, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			r := parse(t, raw)
			tally := r.RootRole().Tally(r.Envelope)
			good := 0
			for _, standing := range []root.Standing{tc.a, tc.b} {
				if standing == root.GoodSig {
					good++
				}
			}
			if tally.Good != good || tally.Keys[0].Standing != tc.a || tally.Keys[1].Standing != tc.b || !slices.Equal(codes(r), tc.codes) {
				t.Errorf("%v and %v, want %v and %v; faults %v", tally.Keys[0].Standing, tally.Keys[1].Standing, tc.a, tc.b, r.Faults)
			}
		})
	}
}

// A threshold below one would need nobody (CVE-2026-23992).
func TestThresholdBelowOneIsNeverMet(t *testing.T) {
	k := newSigner(t, root.P256)
	c := candidate(t, k)
	for _, n := range []int{0, -1, -1 << 31} {
		raw := rewrite(t, unsigned(t, c), func(signed map[string]any) {
			signed["roles"].(map[string]any)["root"].(map[string]any)["threshold"] = n
		})
		r := resigned(t, raw, map[string]signer{idOf(t, c.Root, k): k})
		tally := r.RootRole().Tally(r.Envelope)
		if tally.Good != 1 || tally.Met() || tally.Threshold != n || !slices.Contains(codes(r), root.FaultThreshold) {
			t.Errorf("threshold %d: %+v, %v", n, tally, r.Faults)
		}
	}
}

// A role without keys, or a root without the role, is met by nobody.
func TestRoleWithoutKeys(t *testing.T) {
	k := newSigner(t, root.P256)
	c := candidate(t, k)
	raw := rewrite(t, unsigned(t, c), func(signed map[string]any) { delete(signed["roles"].(map[string]any), "root") })
	r := resigned(t, raw, map[string]signer{idOf(t, c.Root, k): k})
	if tally := r.RootRole().Tally(r.Envelope); tally.Met() || !slices.Contains(codes(r), root.FaultRoleMissing) {
		t.Errorf("%+v", tally)
	}
	if _, err := root.Draft(r, root.Spec{Format: root.TUF, Expires: day(31)}); err == nil {
		t.Error("a root without a root role has a successor")
	}
}

// In a conda root only the OpenPGP form counts. (That the raw form counts in a
// key manager document shows in TestCondaTestChain.)
func TestCondaForms(t *testing.T) {
	k, manager := newSigner(t, root.Ed25519), newSigner(t, root.Ed25519)
	c := draft(t, nil, condaGenesis(publics([]signer{k}), 1, manager.PublicKey))
	id := hex.EncodeToString(k.Raw())
	form := func(entry string) *root.Root {
		return parse(t, []byte(`{"signatures": {"`+id+`": `+entry+`}, "signed": `+string(c.Root.Signed())+`}`))
	}
	raw := hex.EncodeToString(k.sign(t, c.Root.Signed()))
	sig := signAll(t, c, k)[0]
	pgp, header := hex.EncodeToString(sig.Sig), hex.EncodeToString(sig.Header)
	for _, tc := range []struct {
		name, entry string
		want        root.Standing
		codes       []root.Code
	}{
		{"OpenPGP", `{"other_headers": "` + header + `", "signature": "` + pgp + `"}`, root.GoodSig, nil},
		{"with see_also", `{"see_also": "` + strings.Repeat("0", 40) + `", "other_headers": "` + header + `", "signature": "` + pgp + `"}`, root.GoodSig, []root.Code{root.FaultSigHeader}},
		{"raw", `{"signature": "` + raw + `"}`, root.BadForm, []root.Code{root.FaultSigForm}},
		{"raw with junk headers", `{"other_headers": "00", "signature": "` + raw + `"}`, root.BadSig, []root.Code{root.FaultSigHeader}},
		{"OpenPGP without headers", `{"signature": "` + pgp + `"}`, root.BadForm, []root.Code{root.FaultSigForm}},
		{"other headers", `{"other_headers": "` + header[2:] + `", "signature": "` + pgp + `"}`, root.BadSig, []root.Code{root.FaultSigHeader}},
		{"extra member", `{"x": 1, "other_headers": "` + header + `", "signature": "` + pgp + `"}`, root.BadForm, []root.Code{root.FaultSigMalformed}},
		{"short see_also", `{"see_also": "00", "other_headers": "` + header + `", "signature": "` + pgp + `"}`, root.BadForm, []root.Code{root.FaultSigMalformed}},
		{"empty headers", `{"other_headers": "", "signature": "` + pgp + `"}`, root.BadForm, []root.Code{root.FaultSigMalformed}},
		{"raw with see_also", `{"see_also": "` + strings.Repeat("0", 40) + `", "signature": "` + raw + `"}`, root.BadForm, []root.Code{root.FaultSigMalformed}},
		{"short signature", `{"signature": "00"}`, root.BadForm, []root.Code{root.FaultSigMalformed}},
		{"text", `"` + pgp + `"`, root.BadForm, []root.Code{root.FaultSigMalformed}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := form(tc.entry)
			tally := r.RootRole().Tally(r.Envelope)
			if tally.Keys[0].Standing != tc.want || !slices.Equal(codes(r), tc.codes) {
				t.Errorf("%v, want %v; faults %v, want %v", tally.Keys[0].Standing, tc.want, codes(r), tc.codes)
			}
		})
	}
}

// A weak key and one of an unknown kind count nothing, whatever stands beside
// them in the envelope.
func TestKeysThatCountNothing(t *testing.T) {
	k := newSigner(t, root.P256)
	c := draft(t, nil, tufGenesis(publics([]signer{k}), 1, newSigner(t, root.Ed25519).PublicKey))
	raw := rewrite(t, unsigned(t, c), func(signed map[string]any) {
		keys := signed["keys"].(map[string]any)
		identity := map[string]any{"public": "01" + strings.Repeat("00", 31)}
		keys["weak"] = map[string]any{"keytype": "ed25519", "scheme": "ed25519", "keyval": identity}
		keys["unknown"] = map[string]any{"keytype": "none", "scheme": "none", "keyval": identity}
		r := signed["roles"].(map[string]any)["root"].(map[string]any)
		r["keyids"] = append(r["keyids"].([]any), "weak", "unknown")
	})
	nothing := signer{sign: func(testing.TB, []byte) []byte { return append([]byte{1}, make([]byte, 63)...) }}
	r := resigned(t, raw, map[string]signer{"weak": nothing, "unknown": nothing})
	tally := r.RootRole().Tally(r.Envelope)
	if tally.Good != 0 || tally.Met() || tally.Keys[1].Standing != root.NotCounted || tally.Keys[2].Standing != root.NotCounted {
		t.Errorf("%+v", tally)
	}
}

// Whoever sorts the keys of a document for people to read changes no role.
func TestKeysSortedByTheReader(t *testing.T) {
	raw, err := os.ReadFile("../testdata/sigstore/15.root.json")
	if err != nil {
		t.Fatal(err)
	}
	r, err := root.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	before := r.RootRole().Tally(r.Envelope).Good
	slices.SortFunc(r.Keys, func(a, b root.Key) int {
		return strings.Compare(a.Public.Fingerprint().String(), b.Public.Fingerprint().String())
	})
	if after := r.RootRole().Tally(r.Envelope).Good; before != 5 || after != before {
		t.Errorf("%d keys have signed, and %d once they are sorted", before, after)
	}
}
