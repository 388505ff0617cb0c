package rehearse

import (
	"context"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"time"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
)

// KeyManager is the sitting in which the machine that conda's root delegates to
// says who may sign packages.
const KeyManager = "3-key-manager"

// packages stands for whoever signs a channel's packages.
func packages() holder { return holder{"packages", "", 90000098} }

// managerPlan is the plan of that sitting, for the first document under the newest
// root of the rehearsal.
func (r *Rehearsal) managerPlan(ctx context.Context, trusted *root.Root) ([]byte, error) {
	online, err := r.publicKey(ctx, machine())
	if err != nil {
		return nil, err
	}
	signer, err := r.publicKey(ctx, packages())
	if err != nil {
		return nil, err
	}
	raw, err := safefile.ReadPath(filepath.Join(r.Chain(), chain.Name(1)), root.MaxSize)
	if err != nil {
		return nil, fmt.Errorf("rehearsal: %w", err)
	}
	first, err := root.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("rehearsal: %s: %w", chain.Name(1), err)
	}
	now := r.Now().UTC().Truncate(time.Second)
	return fmt.Appendf(nil, `rootmoot: 1
name: Rehearsal packages
format: conda
purpose: rotate
mode: rehearsal
document: key_mgr
continues: {version: %d, digest: %v, chain: %v}
signing_time: %s
deadline: %s
key_mgr: {version: 1, expires: %s}
roles:
  pkg_mgr: {threshold: 1, keys: [%s]}
keys:
  %s: {type: ed25519, hex: %q}
  %s: {type: ed25519, hex: %q}
participants:
  %s: {organisation: Example Foundation, token: {kind: rehearsal, serial: %d, slot: 9c}, publish: [organisation]}
witnesses: {internal-audit: {organisation: Example Audit}}
policy: {pin: always, touch: always, attestation: required, firmware: ">=5.7.0", witness: required}
tool: {version: rehearsal}
`, trusted.Version, trusted.Digest, first.Digest, root.FormatTime(now), root.FormatTime(now.AddDate(0, 0, 14)), root.FormatTime(now.AddDate(0, 6, 0)),
		packages().name, machine().name, hex.EncodeToString(online.Raw()), packages().name, hex.EncodeToString(signer.Raw()), machine().name, machine().serial), nil
}

// publicKey reads the public key of a holder's token.
func (r *Rehearsal) publicKey(ctx context.Context, h holder) (root.PublicKey, error) {
	t, err := rehearsal.Open(r.tokens(), h.name, rehearsal.Options{})
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
