package rehearse

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
)

// A Draft is what a plan of a rehearsal says. The rest is the same in all of
// them: three signatures, PIN and touch always, a witness.
type Draft struct {
	Purpose plan.Purpose
	Holders []string
	Leaving []string
	// Tokenless hold a key in the trusted root, and have no token to sign with.
	Tokenless []string
	Days      int    // the root is valid for; 0: a year
	Witness   string // the witness's public key, in a line; "" for none

	Trusted *root.Root                // nil for a genesis
	Chain   root.Digest               // of its first root; may be zero if that is the trusted one
	Known   map[string]root.PublicKey // of those who need not enrol theirs
}

// write is the plan.
func (r *Rehearsal) write(ctx context.Context, d Draft) ([]byte, error) {
	online, err := r.publicKey(ctx, machine())
	if err != nil {
		return nil, err
	}
	now := r.Now().UTC().Truncate(time.Second)
	var b strings.Builder
	fmt.Fprintf(&b, "rootmoot: 1\nname: Rehearsal packages\nformat: %s\npurpose: %s\nmode: rehearsal\ndocument: root\n", r.Format, d.Purpose)
	switch t := d.Trusted; {
	case t != nil && t.Version > 1:
		fmt.Fprintf(&b, "continues: {version: %d, digest: %v, chain: %v}\n", t.Version, t.Digest, d.Chain)
	case t != nil:
		fmt.Fprintf(&b, "continues: {version: %d, digest: %v}\n", t.Version, t.Digest)
	}
	fmt.Fprintf(&b, "signing_time: %s\ndeadline: %s\n", root.FormatTime(now), root.FormatTime(now.AddDate(0, 0, 14)))
	fmt.Fprintf(&b, "root:\n  expires: %s\n  threshold: 3\n  keyholders: [%s]\n", root.FormatTime(d.expires(now)), strings.Join(d.Holders, ", "))
	if len(d.Leaving) > 0 {
		fmt.Fprintf(&b, "leaving: [%s]\n", strings.Join(d.Leaving, ", "))
	}
	r.roles(&b, d)
	b.WriteString("keys:\n")
	for _, h := range d.named() {
		b.WriteString(r.entry(h, d.Known[h.name]))
	}
	b.WriteString(r.entry(machine(), online))
	r.people(ctx, &b, d)
	b.WriteString("policy: {pin: always, touch: always, attestation: required, firmware: \">=5.7.0\", witness: required}\n")
	b.WriteString("tool: {version: rehearsal}\n")
	return []byte(b.String()), nil
}

func (d Draft) expires(now time.Time) time.Time {
	if d.Days > 0 {
		return now.AddDate(0, 0, d.Days)
	}
	return now.AddDate(1, 0, 0)
}

// named are those whose key the plan names: a leaving one too.
func (d Draft) named() []holder {
	return slices.DeleteFunc(holders(), func(h holder) bool {
		return !slices.Contains(d.Holders, h.name) && !slices.Contains(d.Leaving, h.name)
	})
}

func (r *Rehearsal) roles(b *strings.Builder, d Draft) {
	if r.Format == plan.Conda {
		b.WriteString("roles:\n  key_mgr: {threshold: 1, keys: [online]}\n")
		return
	}
	if d.Trusted == nil {
		b.WriteString("consistent_snapshot: true\n")
	}
	fmt.Fprintf(b, "roles:\n  timestamp: {threshold: 1, keys: [online]}\n  snapshot: {threshold: 1, keys: [online]}\n  targets: {threshold: 3, keys: [%s]}\n",
		strings.Join(d.Holders, ", "))
}

func (r *Rehearsal) people(ctx context.Context, b *strings.Builder, d Draft) {
	b.WriteString("participants:\n")
	for _, h := range d.named() {
		if slices.Contains(d.Tokenless, h.name) {
			fmt.Fprintf(b, "  %s: {organisation: %s, publish: [organisation]}\n", h.name, h.organisation)
			continue
		}
		fmt.Fprintf(b, "  %s: {organisation: %s, token: {kind: rehearsal, serial: %s, slot: 9c}, publish: [organisation]}\n", h.name, h.organisation, r.serial(ctx, h))
	}
	key := ""
	if d.Witness != "" {
		key = fmt.Sprintf(", key: %q", d.Witness)
	}
	fmt.Fprintf(b, "witnesses: {internal-audit: {organisation: Example Audit%s}}\n", key)
}

// entry is one under keys: those known before the sitting in full, the others
// by their type alone.
func (r *Rehearsal) entry(h holder, k root.PublicKey) string {
	switch {
	case k.IsZero() && r.Format == plan.Conda:
		return fmt.Sprintf("  %s: {type: ed25519}\n", h.name)
	case k.IsZero():
		return fmt.Sprintf("  %s: {type: ecdsa-p256}\n", h.name)
	case k.Algorithm() == root.Ed25519:
		return fmt.Sprintf("  %s: {type: ed25519, hex: %q}\n", h.name, hex.EncodeToString(k.Raw()))
	}
	pem := strings.ReplaceAll(strings.TrimSuffix(k.PEM(), "\n"), "\n", "\n      ")
	return fmt.Sprintf("  %s:\n    type: %v\n    pem: |\n      %s\n", h.name, k.Algorithm(), pem)
}
