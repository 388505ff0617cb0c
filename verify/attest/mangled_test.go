package attest_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/verify/attest"
)

func TestUnreadableCertificates(t *testing.T) {
	rehearsal, err := attest.RehearsalBundle()
	if err != nil {
		t.Fatal(err)
	}
	leaf, chain, _ := rehearsalToken(t, nil)
	for _, c := range []struct {
		name  string
		leaf  []byte
		chain [][]byte
	}{
		{"nothing", nil, nil},
		{"cut", leaf[:len(leaf)-1], chain},
		{"tail", append(bytes.Clone(leaf), 0), chain},
		{"garbage in the chain", leaf, [][]byte{[]byte("garbage")}},
		{"huge", make([]byte, 1<<15), chain},
		{"endless chain", leaf, bytes.Split(bytes.Repeat([]byte("x"), 9), nil)},
	} {
		t.Run(c.name, func(t *testing.T) {
			facts, checks := attest.Check(c.leaf, c.chain, rehearsal, attest.Expect{Slot: "9c", Rehearsal: true}, at)
			if got := failures(t, checks); facts.Proven || !cmp.Equal(got, []string{attest.RuleChain}) {
				t.Errorf("failed rules %v", got)
			}
		})
	}
}

// No byte of a leaf can be changed without being noticed.
func TestMangledLeaf(t *testing.T) {
	rehearsal, err := attest.RehearsalBundle()
	if err != nil {
		t.Fatal(err)
	}
	leaf, chain, key := rehearsalToken(t, nil)
	for i := range leaf {
		bad := bytes.Clone(leaf)
		bad[i]++
		if facts, _ := attest.Check(bad, chain, rehearsal, attest.Expect{SPKI: key, Slot: "9c", Rehearsal: true}, at); facts.Proven {
			t.Errorf("byte %d changed, and still proven", i)
		}
	}
}

// Nor can one of a real leaf, or of its device's certificate.
func TestMangledRealToken(t *testing.T) {
	b := yubico(t)
	leaf, device := realToken(t, "14454335/14454335")
	for which, der := range [][]byte{leaf, device} {
		for i := range der {
			given := [][]byte{leaf, device}
			given[which] = bytes.Clone(der)
			given[which][i]++
			if facts, _ := attest.Check(given[0], given[1:], b, attest.Expect{Slot: "9c"}, at); facts.Proven {
				t.Errorf("certificate %d: byte %d changed, and still proven", which, i)
			}
		}
	}
}

// FuzzCheck gives any bytes as leaf and device certificate.
func FuzzCheck(f *testing.F) {
	rehearsal, err := attest.RehearsalBundle()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{}, []byte{})
	f.Add(pivcard.RehearsalRoot(), pivcard.RehearsalRoot())
	for _, prefix := range []string{"14454335/14454335", "piv-go/4.3.7"} {
		leaf, device := realToken(f, prefix)
		f.Add(leaf, device)
	}
	f.Fuzz(func(t *testing.T, leaf, device []byte) {
		facts, checks := attest.Check(leaf, [][]byte{device}, rehearsal, attest.Expect{SPKI: []byte("no key"), Slot: "9c", Rehearsal: true}, at)
		if facts.Proven || len(checks) != len(attest.Rules()) {
			t.Errorf("proven %v, %d checks", facts.Proven, len(checks))
		}
	})
}
