package rehearse

import (
	"context"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/root"
)

// write makes the draft of a sitting's plan. Keys that join are not in it yet:
// they are enrolled in the sitting.
func (r *Rehearsal) write(ctx context.Context, name string, trusted *root.Root) ([]byte, error) {
	keys, err := r.keys(ctx, name)
	if err != nil {
		return nil, err
	}
	now := r.Now().UTC().Truncate(time.Second)
	var b strings.Builder
	fmt.Fprintf(&b, "rootmoot: 1\nname: Rehearsal packages\nformat: %s\npurpose: %s\nmode: rehearsal\ndocument: root\n", r.Format, purpose(name))
	if trusted != nil {
		fmt.Fprintf(&b, "continues: {version: %d, digest: %v}\n", trusted.Version, trusted.Digest)
	}
	fmt.Fprintf(&b, "signing_time: %s\ndeadline: %s\n", root.FormatTime(now), root.FormatTime(now.AddDate(0, 0, 14)))
	fmt.Fprintf(&b, "root:\n  expires: %s\n  threshold: 3\n  keyholders: [%s]\n",
		root.FormatTime(now.AddDate(1, 0, 0)), strings.Join(keyholders(name), ", "))
	if name == Rotate {
		b.WriteString("leaving: [fukuoka]\n")
	}
	r.roles(&b, name)
	b.WriteString("keys:\n")
	for _, h := range r.named(name) {
		b.WriteString(keys[h.name])
	}
	r.people(&b, name)
	b.WriteString("policy: {pin: always, touch: always, attestation: required, firmware: \">=5.7.0\", witness: required}\n")
	b.WriteString("tool: {version: rehearsal}\n")
	return []byte(b.String()), nil
}

func purpose(name string) plan.Purpose {
	if name == Genesis {
		return plan.Genesis
	}
	return plan.Rotate
}

func keyholders(name string) []string {
	if name == Genesis {
		return []string{"amsterdam", "boston", "chennai", "dakar", "fukuoka"}
	}
	return []string{"amsterdam", "boston", "chennai", "dakar", "edinburgh"}
}

// named are those whose key the plan names: a leaving one too.
func (r *Rehearsal) named(name string) []holder {
	return slices.DeleteFunc(slices.Clone(holders), func(h holder) bool {
		return h.name == "edinburgh" && name == Genesis
	})
}

func (r *Rehearsal) roles(b *strings.Builder, name string) {
	if r.Format == plan.Conda {
		b.WriteString("roles:\n  key_mgr: {threshold: 1, keys: [online]}\n")
		return
	}
	if name == Genesis {
		b.WriteString("consistent_snapshot: true\n")
	}
	fmt.Fprintf(b, "roles:\n  timestamp: {threshold: 1, keys: [online]}\n  snapshot: {threshold: 1, keys: [online]}\n  targets: {threshold: 3, keys: [%s]}\n",
		strings.Join(keyholders(name), ", "))
}

func (r *Rehearsal) people(b *strings.Builder, name string) {
	b.WriteString("participants:\n")
	for _, h := range r.named(name) {
		if h.name != "online" {
			fmt.Fprintf(b, "  %s: {organisation: %s, token: {kind: rehearsal, serial: %d, slot: 9c}, publish: [organisation]}\n", h.name, h.organisation, h.serial)
		}
	}
	b.WriteString("witnesses: {internal-audit: {organisation: Example Audit}}\n")
}

// keys are the entries under keys: those known before the sitting in full, the
// others by their type alone.
func (r *Rehearsal) keys(ctx context.Context, name string) (map[string]string, error) {
	known := map[string]root.PublicKey{}
	online, err := r.onlineKey(ctx)
	if err != nil {
		return nil, err
	}
	known["online"] = online
	if name == Rotate {
		before, err := r.frozen(Genesis)
		if err != nil {
			return nil, err
		}
		for _, h := range keyholders(Genesis) {
			known[h], _ = before.KeyOf(h)
		}
	}
	out := make(map[string]string)
	for _, h := range r.named(name) {
		out[h.name] = r.entry(h, known[h.name])
	}
	return out, nil
}

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

// onlineKey reads the public key of the token that stands for a machine.
func (r *Rehearsal) onlineKey(ctx context.Context) (root.PublicKey, error) {
	t, err := rehearsal.Open(r.tokens(), "online", rehearsal.Options{})
	if err != nil {
		return root.PublicKey{}, err
	}
	defer t.Close()
	info, err := t.Inspect(ctx)
	if err != nil {
		return root.PublicKey{}, err
	}
	return root.ParseSPKI(info.SPKI)
}

// maxPlan bounds a plan file, in bytes.
const maxPlan = 1 << 20

// frozen is the frozen plan that an earlier sitting left behind.
func (r *Rehearsal) frozen(name string) (*plan.Plan, error) {
	raw, err := safefile.ReadPath(filepath.Join(r.SittingDir(name), sitting.FrozenFile), maxPlan)
	if err != nil {
		return nil, fmt.Errorf("rehearsal: %w", err)
	}
	return plan.Load(raw)
}
