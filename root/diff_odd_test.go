package root_test

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

// What an attacker would like to pass by the eye of a reviewer, each as a
// change to the same root, and the line that tells it.
func TestDiffTellsWhatIsOdd(t *testing.T) {
	keys, stray := newSigners(t, root.P256, 3), newSigner(t, root.Ed25519)
	raw := unsigned(t, draft(t, nil, tufGenesis(publics(keys), 2, stray.PublicKey)))
	was := parse(t, raw)
	weak := map[string]any{
		"keytype": "ed25519", "scheme": "ed25519", "keyval": map[string]any{"public": "01" + strings.Repeat("00", 31)},
	}
	member := func(v any, path ...string) any {
		for _, p := range path {
			v = v.(map[string]any)[p]
		}
		return v
	}
	rootRole := func(signed map[string]any) map[string]any { return member(signed, "roles", "root").(map[string]any) }
	long := strings.Repeat("a", 200)
	for _, c := range []struct {
		name   string
		change func(signed map[string]any)
		want   string
	}{
		{"weak key joins", func(s map[string]any) {
			member(s, "keys").(map[string]any)["weak"] = weak
			rootRole(s)["keyids"] = append(rootRole(s)["keyids"].([]any), "weak")
		}, "(counts nothing: Ed25519 point of small order"},
		{"key in no role", func(s map[string]any) { member(s, "keys").(map[string]any)["weak"] = weak }, `keys/weak: new, { "keytype": "ed25519",`},
		{"keyid without key", func(s map[string]any) {
			rootRole(s)["keyids"] = append(rootRole(s)["keyids"].([]any), "nobody")
		}, `roles/root/keyids: new, [ "nobody" ]`},
		{"empty object", func(s map[string]any) { s["x-empty"] = map[string]any{} }, "x-empty: new, {}"},
		{"empty object in a role", func(s map[string]any) { rootRole(s)["x-empty"] = map[string]any{} }, "roles/root/x-empty: new, {}"},
		{"order of keys", func(s map[string]any) { slices.Reverse(rootRole(s)["keyids"].([]any)) }, "the keys that stay are listed in another way"},
		{"keyid twice", func(s map[string]any) {
			rootRole(s)["keyids"] = append(rootRole(s)["keyids"].([]any), rootRole(s)["keyids"].([]any)[0])
		}, "the keys that stay are listed in another way"},
		{"threshold", func(s map[string]any) { rootRole(s)["threshold"] = 1 }, "role root: 1 of 3, was 2 of 3"},
		{"threshold gone wild", func(s map[string]any) { rootRole(s)["threshold"] = 1<<31 - 1 }, "role root: 2147483647 of 3, was 2 of 3"},
		{"new role", func(s map[string]any) {
			member(s, "roles").(map[string]any)["mirrors"] = map[string]any{"keyids": []any{}, "threshold": 1}
		}, "role mirrors: new, 1 of 0"},
		{"role gone", func(s map[string]any) { delete(member(s, "roles").(map[string]any), "targets") }, "role targets: removed"},
		{"key object", func(s map[string]any) {
			for _, k := range member(s, "keys").(map[string]any) {
				k.(map[string]any)["x-owner"] = "@mallory"
			}
		}, `x-owner: new, "@mallory"`},
		{"case", func(s map[string]any) { s["Version"] = 1 }, "Version: new, 1"},
		{"long", func(s map[string]any) { s["x-long"] = long }, `aaa... (202 characters, SHA-256 `},
	} {
		t.Run(c.name, func(t *testing.T) {
			is := parse(t, rewrite(t, raw, c.change))
			d := root.Diff(was, is)
			if lines := strings.Join(d.Lines(nil), "\n"); d.IsEmpty() || !strings.Contains(lines, c.want) {
				t.Errorf("want %q in\n%s", c.want, lines)
			}
			told(t, was, is)
		})
	}
	end := parse(t, rewrite(t, raw, func(s map[string]any) { s["x-long"] = long + "a" }))
	start := parse(t, rewrite(t, raw, func(s map[string]any) { s["x-long"] = long + "b" }))
	line := root.Diff(start, end).Lines(nil)
	last := line[len(line)-1]
	if a, b, _ := strings.Cut(last, ", was "); strings.TrimPrefix(a, "x-long: ") == b {
		t.Errorf("a change behind the cut does not show: %s", last)
	}
}

// Names of keys come from the plan, which the documents do not know.
func TestLinesNameKeys(t *testing.T) {
	old, next := sigstore(t, 12), sigstore(t, 13)
	left, joined := root.Diff(old, next).Roles[0].Left[0], root.Diff(old, next).Roles[0].Joined[0]
	names := map[root.Fingerprint]string{left.Public.Fingerprint(): "joshua", joined.Public.Fingerprint(): "lance"}
	lines := strings.Join(root.Diff(old, next).Lines(func(f root.Fingerprint) string { return names[f] }), "\n")
	for _, want := range []string{
		"role root: 3 of 5, was 3 of 5\n",
		"- leaves  " + left.Public.Fingerprint().Short() + " ecdsa-p256 joshua\n",
		"+ joins   " + joined.Public.Fingerprint().Short() + " ecdsa-p256 lance\n",
		"role snapshot: unchanged, 1 of 1\n",
		"version: 13, was 12",
	} {
		if !strings.Contains(lines+"\n", want) {
			t.Errorf("want %q in\n%s", want, lines)
		}
	}
}

// From nothing, everything is new.
func TestDiffFromNothing(t *testing.T) {
	d := root.Diff(nil, sigstore(t, 15))
	for _, r := range d.Roles {
		if !r.Added || len(r.Joined) == 0 || len(r.Stayed)+len(r.Left) != 0 {
			t.Errorf("%+v", r)
		}
	}
	var members []string
	for _, m := range d.Members {
		if m.Old != "" {
			t.Errorf("%+v", m)
		}
		members = append(members, m.Pointer)
	}
	for _, want := range []string{"/_type", "/expires", "/version", "/roles/timestamp/x-tuf-on-ci-expiry-period"} {
		if !slices.Contains(members, want) {
			t.Errorf("%s is not told: %v", want, members)
		}
	}
}

func TestDiffKeyManagers(t *testing.T) {
	raw := documents(t)["../testdata/conda-test-chain/key_mgr.json"]
	was, err := root.ParseKeyManager(raw)
	if err != nil {
		t.Fatal(err)
	}
	joins := newSigner(t, root.Ed25519)
	is, err := root.ParseKeyManager(rewrite(t, raw, func(signed map[string]any) {
		r := signed["delegations"].(map[string]any)["pkg_mgr"].(map[string]any)
		r["pubkeys"] = append(r["pubkeys"].([]any), hex.EncodeToString(joins.Raw()))
	}))
	if err != nil {
		t.Fatal(err)
	}
	if d := root.DiffKeyManagers(was, is); len(d.Roles[0].Joined) != 1 || len(d.Members) != 0 {
		t.Errorf("%+v", d)
	}
	if d := root.DiffKeyManagers(was, was); !d.IsEmpty() {
		t.Errorf("%+v", d)
	}
	if d := root.DiffKeyManagers(nil, was); !d.Roles[0].Added {
		t.Errorf("%+v", d)
	}
}
