package paper

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Nothing is printed for a plan that the sitting would refuse.
func TestRefused(t *testing.T) {
	all := plays(t)
	rotation := read(t, rotateFile)
	change := func(old, text string) play {
		if strings.Count(rotation, old) != 1 {
			t.Fatalf("%q: not once in the rotation", old)
		}
		return play{load(t, strings.Replace(rotation, old, text, 1)), nil}
	}
	tests := []struct {
		name string
		play play
		want string
	}{
		{"another root is trusted", play{all["tuf-rotate"].plan, all["conda-rotate"].trusted}, "PLAN-CONTINUES"},
		{"a token of a rehearsal", change("{kind: piv, serial: 21334983}", "{kind: rehearsal, serial: 21334983}"), "PLAN-TOKEN-MODE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Script(tt.play.plan, Options{Trusted: tt.play.trusted})
			if d != nil || !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, %v; want %s", d, err, tt.want)
			}
		})
	}
}

func TestNoScript(t *testing.T) {
	if d, err := Script(load(t, manager), Options{}); d != nil || !errors.Is(err, ErrNoScript) {
		t.Errorf("got %v, %v", d, err)
	}
}

const manager = `rootmoot: 1
name: Packages
format: conda
purpose: rotate
mode: production
document: key_mgr
continues: {version: 1, digest: "6793dce28b76dfb839392e6bc0dd02b45f14323aa97da35bbe604e309765470f"}
signing_time: 2026-12-01T12:00:00Z
deadline: 2026-12-15T00:00:00Z
key_mgr: {version: 2, expires: 2027-12-01T00:00:00Z}
roles:
  pkg_mgr: {threshold: 1, keys: [online]}
keys:
  online: {type: ed25519, hex: "0643e5477dfed4ef5378cca0dd44f7aa3c0927b7b9c793d389d89d284a66adbd"}
tool: {version: 1.0.0}
`

// Who has which sheet, and how many of each thing there are.
func TestSheetsAndCounts(t *testing.T) {
	tests := []struct {
		play, sheets string
		counts       map[string]int
	}{
		{"tuf-genesis", "S1 S2 S3", map[string]int{"tokens": 3, "tamper-evident bags": 9, "printed copies of this script": 5}},
		{"tuf-rotate", "S1 S2 S3 S4 S5 S6 R1 R2 R3 R4 R5", map[string]int{
			"tokens": 6, "PUKs": 6, "tamper-evident bags": 12, "printed copies of this script": 9, "media for requests": 5, "new media": 2,
		}},
		{"conda-rotate", "S1 S2 S3 S4 R1", map[string]int{
			"tokens": 4, "PUKs": 3, "HSMs": 1, "envelopes with management keys": 3, "media for requests": 1, "spare machine": 1, "clock": 1,
		}},
	}
	all := plays(t)
	for _, tt := range tests {
		t.Run(tt.play, func(t *testing.T) {
			d := all[tt.play].script(t)
			var sheets []string
			for _, s := range d.Sections {
				if strings.HasPrefix(s.Number, "S") || strings.HasPrefix(s.Number, "R") {
					sheets = append(sheets, s.Number)
				}
			}
			if have := strings.Join(sheets, " "); have != tt.sheets {
				t.Errorf("sheets %s, want %s", have, tt.sheets)
			}
			have := make(map[string]int)
			for _, row := range first(d, "materials").Rows {
				for what := range tt.counts {
					if n := 0; strings.HasPrefix(row[2].Text, what) {
						if _, err := fmt.Sscan(row[1].Text, &n); err != nil {
							t.Error(err)
						}
						have[what] = n
					}
				}
			}
			if fmt.Sprint(have) != fmt.Sprint(tt.counts) {
				t.Errorf("counted %v, want %v", have, tt.counts)
			}
		})
	}
}

// A sheet asks for what its token asks for: an HSM wants no touch, and who stays
// enrols nothing.
func TestKeyholderSheets(t *testing.T) {
	all := plays(t)
	tests := []struct {
		play, holder, has, hasNot string
	}{
		{"tuf-rotate", "edinburgh", "enrol this key for edinburgh", "one signature"},
		{"tuf-rotate", "boston", "sign version 4 as boston (two touches)", "enrol this key"},
		{"tuf-rotate-untrust", "boston", "only if this keyholder joins", "one signature"},
		{"conda-rotate", "vault", "sign version 2 as vault (two signatures)", "touch"},
		{"conda-rotate", "amsterdam", "keyholder, leaves", "enrol this key"},
		{"tuf-genesis", "boston", "still to be enrolled", "stays"},
	}
	for _, tt := range tests {
		t.Run(tt.play+" "+tt.holder, func(t *testing.T) {
			have := fmt.Sprintf("%+v", *all[tt.play].script(t).section("sign-" + tt.holder))
			if !strings.Contains(have, tt.has) || strings.Contains(have, tt.hasNot) {
				t.Errorf("want %q, not %q: %s", tt.has, tt.hasNot, have)
			}
		})
	}
}

// A witness with a key signs the head, with the lines that the guide has.
func TestWitnessWithKey(t *testing.T) {
	all := plays(t)
	source := read(t, "../sitting/witness.go")
	lines := []string{"write the head for %s to sign", "take the signature of %s"}
	for name, want := range map[string]bool{"tuf-rotate": true, "tuf-genesis": false, "conda-rotate": false} {
		seal := fmt.Sprintf("%+v", *all[name].script(t).section("step-seal"))
		for _, line := range lines {
			if !strings.Contains(source, line) {
				t.Errorf("the guide has no line %q", line)
			}
			if strings.Contains(seal, fmt.Sprintf(line, "internal-audit")) != want {
				t.Errorf("%s: %q: want %v", name, line, want)
			}
		}
	}
}

// The estimates say how they were computed, and grow with those who sign.
func TestEstimates(t *testing.T) {
	d := plays(t)["tuf-rotate"].script(t)
	if have, want := d.section("step-signatures").Estimate, "estimate: 47 minutes = 5 + 7 for each keyholder (6)"; have != want {
		t.Errorf("%q, want %q", have, want)
	}
	if have := hours(d.Minutes); have != "3 h 40 min" {
		t.Errorf("all together %s", have)
	}
	if have := hours(59); have != "59 minutes" {
		t.Errorf("59: %s", have)
	}
}
