package root_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

func TestSigstoreChainMeetsEveryThreshold(t *testing.T) {
	for n := 1; n <= 15; n++ {
		r := sigstore(t, n)
		if r.Version != int64(n) || r.Format != root.TUF {
			t.Fatalf("v%d: version %d, format %v", n, r.Version, r.Format)
		}
		if tally := r.RootRole().Tally(r.Envelope); !tally.Met() {
			t.Errorf("v%d: its own quorum is not met: %+v", n, tally)
		}
		if n == 1 {
			continue
		}
		if tally := sigstore(t, n-1).RootRole().Tally(r.Envelope); !tally.Met() {
			t.Errorf("v%d: the quorum of v%d is not met: %+v", n, n-1, tally)
		}
	}
}

// What is odd about the production chain is public knowledge: hex points until
// v4, one keyid in v11 that is the hash of nothing, placeholders in v12 to v14,
// dates with offset or fraction in v1 to v3.
func TestSigstoreOddities(t *testing.T) {
	for _, c := range []struct {
		code root.Code
		want []int
	}{
		{root.FaultKeyLegacy, []int{1, 2, 3, 4}},
		{root.FaultKeyidMismatch, []int{11}},
		{root.FaultSigPlaceholder, []int{12, 13, 14}},
		{root.FaultDateForm, []int{1, 2, 3}},
		{root.FaultKeyUnknown, nil},
		{root.FaultThreshold, nil},
	} {
		var got []int
		for n := 1; n <= 15; n++ {
			for _, f := range sigstore(t, n).Faults {
				if f.Code == c.code {
					got = append(got, n)
					break
				}
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: in versions %v, want %v", c.code, got, c.want)
		}
	}
}

// The known answers of conda-content-trust for Anaconda's production root.
func TestAnacondaKnownAnswers(t *testing.T) {
	for _, name := range []string{"anaconda/1.root.json", "anaconda/1.root.as-shipped-2026.json"} {
		r := load(t, name)
		if got := r.Digest.String(); got != "33f936b66c39d4a4f79066cdb52442450728deef407b4d29a4b52f06e1c3728f" || len(r.Signed()) != 695 {
			t.Errorf("%s: %d bytes, digest %s", name, len(r.Signed()), got)
		}
		tally := r.RootRole().Tally(r.Envelope)
		if tally.Good != 2 || !tally.Met() || r.Expires.Text != "2022-10-31T18:00:00Z" {
			t.Errorf("%s: %+v, expires %s", name, tally, r.Expires.Text)
		}
	}
}

func TestCondaTestChain(t *testing.T) {
	for _, c := range []struct {
		name string
		good int
	}{{"1.root.json", 2}, {"2.root.json", 2}, {"3.root.json", 2}} {
		r := load(t, "conda-test-chain/"+c.name)
		if tally := r.RootRole().Tally(r.Envelope); tally.Good != c.good {
			t.Errorf("%s: %d good signatures, want %d", c.name, tally.Good, c.good)
		}
	}
	raw, err := os.ReadFile("../testdata/conda-test-chain/key_mgr.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := root.ParseKeyManager(raw)
	if err != nil {
		t.Fatal(err)
	}
	r := load(t, "conda-test-chain/3.root.json")
	role, ok := r.Role("key_mgr")
	if tally := role.Tally(m.Envelope); !ok || !tally.Met() {
		t.Errorf("key manager: %+v", tally)
	}
	if _, err := root.Parse(raw); err == nil {
		t.Error("a key manager document parsed as a root")
	}
}

func TestParseRefuses(t *testing.T) {
	good, err := os.ReadFile("../testdata/sigstore/15.root.json")
	if err != nil {
		t.Fatal(err)
	}
	edit := func(from, to string) string {
		if !strings.Contains(string(good), from) {
			t.Fatalf("%q is not there to edit", from)
		}
		return strings.Replace(string(good), from, to, 1)
	}
	for _, c := range []struct {
		name, in string
		code     root.Code
		want     string
	}{
		{"not JSON", "hello", root.FaultJSON, "line 1: "},
		{"array", "[]", root.FaultEnvelope, "have a JSON array"},
		{"no signed", `{"signatures":[]}`, root.FaultEnvelope, ""},
		{"neither", `{"signed":{},"signatures":[]}`, root.FaultType, "not metadata of either format"},
		{"targets", edit(`"_type": "root"`, `"_type": "targets"`), root.FaultType, `want a root, this is "targets"`},
		{"type of Notary", edit(`"_type": "root"`, `"_type": "Root"`), root.FaultType, `this is "Root", as in Notary`},
		{"version text", edit(`"version": 15`, `"version": "15"`), root.FaultForm, "/signed/version: want an integer, have a JSON string"},
		{"version float", edit(`"version": 15`, `"version": 15.0`), root.FaultCanonical, "/signed/version: "},
		{"version huge", edit(`"version": 15`, `"version": 99999999999999999999`), root.FaultForm, "fits 63 bits"},
		{"threshold true", edit(`"threshold": 3`, `"threshold": true`), root.FaultForm, "want an integer, have a JSON boolean"},
		{"case variant", edit(`"version": 15`, `"Version": 15`), root.FaultForm, "/signed/version: is missing"},
		{"date", edit(`"expires": "2026`, `"expires": "soon 2026`), root.FaultTime, "is not a date"},
		{"signature number", edit(`"sig": "`, `"sig": 5, "was": "`), root.FaultForm, "a signature needs keyid and sig"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := root.Parse([]byte(c.in))
			var p *root.ParseError
			if !errors.As(err, &p) || p.Code != c.code || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v (%+v), want %s with %q", err, p, c.code, c.want)
			}
		})
	}
}

func TestWeakKeys(t *testing.T) {
	weak := []string{
		"0100000000000000000000000000000000000000000000000000000000000000", // identity
		"0100000000000000000000000000000000000000000000000000000000000080", // identity, sign bit
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // order 2
		"0000000000000000000000000000000000000000000000000000000000000000", // order 4
		"0000000000000000000000000000000000000000000000000000000000000080", // order 4
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // order 8
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p, not canonical
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p + 1, the identity again
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	}
	for _, h := range weak {
		raw, _ := hex.DecodeString(h)
		k, err := root.NewEd25519(raw)
		if err != nil || k.Weakness() == "" || k.Sound() == nil {
			t.Errorf("%s is taken for a sound key (%v)", h, err)
		}
		// The identity verifies everything with R = identity, S = 0.
		sig := make([]byte, 64)
		sig[0] = 1
		if k.VerifyStatement([]byte("anything"), sig) == nil {
			t.Errorf("%s: a signature without a secret verifies", h)
		}
	}
	good, _ := hex.DecodeString("508debb915ede0b16dc0cff63f250bde73c5923317b44719fcfc25cc95560c44")
	if k, err := root.NewEd25519(good); err != nil || k.Sound() != nil {
		t.Errorf("a real key is refused: %v, %v", err, k.Sound())
	}
	off, _ := hex.DecodeString("0200000000000000000000000000000000000000000000000000000000000000")
	if k, _ := root.NewEd25519(off); k.Sound() == nil {
		t.Error("y = 2 is no point of the curve and is taken")
	}
}
