package verbs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
	"github.com/spf13/cobra"
)

// An attestation is what a token says, as it stands in a report beside the
// checks (docs/report.schema.json).
type attestation struct {
	Proven      bool        `json:"proven"` // no check failed
	Serial      string      `json:"serial"`
	Firmware    string      `json:"firmware"`
	FormFactor  string      `json:"form_factor,omitempty"`
	FIPS        bool        `json:"fips"`
	CSPN        bool        `json:"cspn"`
	Slot        string      `json:"slot"`
	PIN         string      `json:"pin"`
	Touch       string      `json:"touch"`
	Algorithm   string      `json:"algorithm"`
	Fingerprint string      `json:"fingerprint"` // SHA-256 of the SubjectPublicKeyInfo
	Rehearsal   bool        `json:"rehearsal"`
	Bundle      string      `json:"bundle"`
	BundleHash  string      `json:"bundle_sha256"`
	Path        []string    `json:"path"` // subjects from leaf to root; empty if there is no path
	Chain       *keyInChain `json:"chain,omitempty"`
}

func attestationOf(f attest.Facts, chain *keyInChain) attestation {
	print := sha256.Sum256(f.SPKI)
	return attestation{
		Proven: f.Proven, Serial: f.Serial, Firmware: f.Firmware.String(), FormFactor: f.FormFactor, FIPS: f.FIPS, CSPN: f.CSPN,
		Slot: f.Slot, PIN: f.PINPolicy, Touch: f.TouchPolicy, Algorithm: f.Algorithm, Fingerprint: hex.EncodeToString(print[:]),
		Rehearsal: f.Rehearsal, Bundle: f.Bundle, BundleHash: hex.EncodeToString(f.BundleDigest[:]),
		Path: append([]string{}, f.Path...), Chain: chain,
	}
}

// print writes the report, with what the token says in it: proven, if the
// report refuses nothing, else a mere claim.
func (a attestation) print(cmd *cobra.Command, rep verify.Report, asJSON bool) error {
	if !asJSON {
		rep.Checks = slices.Clone(rep.Checks)
		for i := range rep.Checks {
			rep.Checks[i].Subject = "attestation" // of the one key that stands above
		}
		return emit(cmd.OutOrStdout(), Text(rep, a.lines()))
	}
	text, err := withMember(rep, "attestation", a)
	if err != nil {
		return err
	}
	return emit(cmd.OutOrStdout(), text)
}

// withMember is a report as JSON with one more member.
func withMember(rep verify.Report, name string, value any) (string, error) {
	more, err := JSON(value)
	if err != nil {
		return "", err
	}
	member, err := canonical.Parse(more, canonical.Limits{})
	if err != nil {
		return "", err
	}
	whole, err := canonical.Parse(rep.AppendJSON(nil), canonical.Limits{})
	if err != nil {
		return "", err
	}
	out, err := canonical.AppendConda(nil, whole.With(name, member))
	return string(out) + "\n", err
}

// lines are for people, each made visible and none wider than a terminal.
func (a attestation) lines() []string {
	said := "proven by the attestation:"
	if !a.Proven {
		said = "said by the token, and NOT proven:"
	}
	out := []string{said}
	row := func(name, text string) {
		wrapped := wrap(visible.Line(text), "             ")
		out = append(out, fmt.Sprintf("  %-11s%s", name, strings.TrimSuffix(strings.TrimLeft(wrapped, " "), "\n")))
	}
	row("token", strings.Join(a.token(), ", "))
	row("key", fmt.Sprintf("%s in slot %s, made there", orElse(a.Algorithm, "of an unknown kind"), a.Slot))
	row("", a.Fingerprint)
	row("signs", fmt.Sprintf("PIN %s, touch %s", orElse(a.PIN, "unknown"), orElse(a.Touch, "unknown")))
	if a.Chain == nil {
		return out
	}
	out = append(out, "")
	for _, line := range a.Chain.lines() {
		out = append(out, strings.TrimSuffix(strings.TrimLeft(wrap(visible.Line(line), "  "), " "), "\n"))
	}
	return out
}

// token is what the device says of itself.
func (a attestation) token() []string {
	out := []string{"serial number " + orElse(a.Serial, "unknown"), "firmware " + a.Firmware}
	if a.FormFactor != "" {
		out = append(out, a.FormFactor)
	}
	if a.FIPS {
		out = append(out, "FIPS series")
	}
	if a.CSPN {
		out = append(out, "CSPN")
	}
	return out
}
