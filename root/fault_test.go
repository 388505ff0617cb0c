package root_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

type edit func(signed map[string]any)

// set changes the member at a path of the signed part.
func set(v any, path ...string) edit {
	return func(signed map[string]any) {
		at := signed
		for _, p := range path[:len(path)-1] {
			at = at[p].(map[string]any)
		}
		at[path[len(path)-1]] = v
	}
}

func many(n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = fmt.Sprintf("id-%d", i)
	}
	return out
}

func manyMembers(n int, v any) map[string]any {
	out := make(map[string]any)
	for _, id := range many(n) {
		out[id.(string)] = v
	}
	return out
}

// oddities are TUF and conda roots with one thing changed, the fault that must
// be found, and where.
func oddities(t *testing.T) []oddity {
	k := newSigner(t, root.P256)
	online := newSigner(t, root.Ed25519)
	tufDraft := draft(t, nil, tufGenesis(publics([]signer{k}), 1, online.PublicKey))
	tuf, id := unsigned(t, tufDraft), idOf(t, tufDraft.Root, k)
	conda := unsigned(t, draft(t, nil, condaGenesis(publics([]signer{online}), 1, newSigner(t, root.Ed25519).PublicKey)))
	p384 := newSigner(t, root.P384).PEM()
	good := string(tuf)
	text := func(from, to string) []byte { return []byte(strings.Replace(good, from, to, 1)) }
	return []oddity{
		{root.FaultJSON, []byte("{"), ""},
		{root.FaultJSON, text(`"version": 1`, `"version": 1, "version": 2`), "/signed/version"},
		{root.FaultCanonical, text(`"version": 1`, `"version": 1, "x": [1.5]`), "/signed/x/0"},
		{root.FaultEnvelope, []byte("[]"), ""},
		{root.FaultEnvelope, text(`"signatures": []`, `"signatures": {}`), "/signatures"},
		{root.FaultEnvelope, []byte(strings.Replace(string(conda), `"signatures"`, `"x": 1, "signatures"`, 1)), ""},
		{root.FaultType, rewrite(t, tuf, set("Root", "_type")), "/signed/_type"},
		{root.FaultForm, rewrite(t, tuf, set([]any{}, "roles", "root")), "/signed/roles/root"},
		{root.FaultForm, rewrite(t, tuf, set(int64(1<<31), "roles", "root", "threshold")), "/signed/roles/root/threshold"},
		{root.FaultForm, rewrite(t, tuf, set([]any{"a", 1}, "roles", "root", "keyids")), "/signed/roles/root/keyids/1"},
		{root.FaultForm, rewrite(t, tuf, set("x", "keys", id)), "/signed/keys/" + id},
		{root.FaultForm, rewrite(t, conda, set("x", "delegations", "root", "x")), "/signed/delegations/root"},
		{root.FaultForm, rewrite(t, conda, set([]any{strings.Repeat("A", 64)}, "delegations", "root", "pubkeys")), "/signed/delegations/root/pubkeys/0"},
		{root.FaultCount, rewrite(t, tuf, set(many(1025), "roles", "root", "keyids")), "/signed/roles/root/keyids"},
		{root.FaultCount, rewrite(t, tuf, set(manyMembers(65, nil), "roles")), "/signed/roles"},
		{root.FaultCount, rewrite(t, tuf, set(manyMembers(1025, nil), "keys")), "/signed/keys"},
		{root.FaultCount, rewrite(t, conda, set(manyMembers(65, nil), "delegations")), "/signed/delegations"},
		{root.FaultCount, text(`"signatures": []`, `"signatures": [`+strings.Repeat("1,", 1024)+`1]`), "/signatures"},
		{root.FaultTime, rewrite(t, tuf, set("2027-1-1T0:0:0Z", "expires")), "/signed/expires"},
		{root.FaultTime, rewrite(t, conda, set("", "expiration")), "/signed/expiration"},
		{root.FaultTime, rewrite(t, tuf, set("9999-12-31T23:59:59-00:01", "expires")), "/signed/expires"},
		{root.FaultCount, rewrite(t, tuf, set(map[string]any{"keyids": []any{}, "threshold": 1}, "roles", strings.Repeat("x", 257))), "/signed/roles/" + strings.Repeat("x", 257)},
		{root.FaultMemberCase, rewrite(t, tuf, set(7, "Version")), "/signed/Version"},
		{root.FaultMemberCase, rewrite(t, tuf, set(7, "keys", id, "keyval", "Public")), "/signed/keys/" + id + "/keyval/Public"},
		{root.FaultMemberCase, rewrite(t, conda, set(7, "Delegations")), "/signed/Delegations"},
		{root.FaultMemberCase, text(`"signatures": []`, `"\u017fignatures": 0, "signatures": []`), "/\u017fignatures"},
		{root.FaultVersion, rewrite(t, tuf, set(0, "version")), "/signed/version"},
		{root.FaultVersion, rewrite(t, conda, set(-1, "version")), "/signed/version"},
		{root.FaultVersionAbsent, rewrite(t, conda, func(s map[string]any) {
			delete(s, "version")
			s["type"] = "key_mgr"
		}), "/signed/version"},
		{root.FaultSpecVersion, rewrite(t, tuf, set("2.0.0", "spec_version")), "/signed/spec_version"},
		{root.FaultSpecVersion, rewrite(t, tuf, set("1.0.34\n", "spec_version")), "/signed/spec_version"},
		{root.FaultSpecVersion, rewrite(t, conda, set("0.6.x", "metadata_spec_version")), "/signed/metadata_spec_version"},
		{root.FaultSpecVersion, rewrite(t, conda, set("999.0.0", "metadata_spec_version")), "/signed/metadata_spec_version"},
		{root.FaultDateForm, rewrite(t, tuf, set("2026-12-30T12:00:00+00:00", "expires")), "/signed/expires"},
		{root.FaultDateOrder, rewrite(t, conda, set("2999-01-01T00:00:00Z", "timestamp")), "/signed/expiration"},
		{root.FaultSnapshotType, rewrite(t, tuf, set("true", "consistent_snapshot")), "/signed/consistent_snapshot"},
		{root.FaultRoleMissing, rewrite(t, tuf, func(s map[string]any) { delete(s["roles"].(map[string]any), "timestamp") }), "/signed/roles"},
		{root.FaultRoleMissing, rewrite(t, conda, func(s map[string]any) { delete(s["delegations"].(map[string]any), "key_mgr") }), "/signed/delegations"},
		{root.FaultRoleUnknown, rewrite(t, tuf, set(map[string]any{"keyids": []any{}, "threshold": 1}, "roles", "a/b")), "/signed/roles/a~1b"},
		{root.FaultThreshold, rewrite(t, tuf, set(0, "roles", "targets", "threshold")), "/signed/roles/targets/threshold"},
		{root.FaultUnreachable, rewrite(t, tuf, set(2, "roles", "root", "threshold")), "/signed/roles/root"},
		{root.FaultKeyidTwice, rewrite(t, tuf, set([]any{id, id}, "roles", "root", "keyids")), "/signed/roles/root/keyids/1"},
		{root.FaultKeyidTwice, rewrite(t, conda, func(s map[string]any) {
			r := s["delegations"].(map[string]any)["root"].(map[string]any)
			r["pubkeys"] = append(r["pubkeys"].([]any), r["pubkeys"].([]any)[0])
		}), "/signed/delegations/root/pubkeys/1"},
		{root.FaultKeyidUnknown, rewrite(t, tuf, set([]any{id, "nobody"}, "roles", "root", "keyids")), "/signed/roles/root/keyids/1"},
		{root.FaultKeyTwice, rewrite(t, tuf, func(s map[string]any) {
			s["keys"].(map[string]any)[""] = s["keys"].(map[string]any)[id]
			set([]any{"", id}, "roles", "root", "keyids")(s)
		}), "/signed/roles/root/keyids/1"},
		{root.FaultKeyUnknown, rewrite(t, tuf, set("rsassa-pkcs1v15-sha256", "keys", id, "scheme")), "/signed/keys/" + id},
		{root.FaultKeyMismatch, rewrite(t, tuf, set(p384, "keys", id, "keyval", "public")), "/signed/keys/" + id},
		{root.FaultKeyMismatch, rewrite(t, tuf, set(map[string]any{}, "keys", id, "keyval")), "/signed/keys/" + id},
		{root.FaultKeyMismatch, rewrite(t, tuf, set("00", "keys", idOf(t, tufDraft.Root, online), "keyval", "public")), "/signed/keys/" + idOf(t, tufDraft.Root, online)},
		{root.FaultKeyMismatch, rewrite(t, tuf, set("rsassa-pss-sha256", "keys", id, "scheme")), "/signed/keys/" + id},
		{root.FaultKeyWeak, rewrite(t, conda, set([]any{strings.Repeat("0", 64)}, "delegations", "root", "pubkeys")), "/signed/delegations/root/pubkeys/0"},
		{root.FaultKeyLegacy, rewrite(t, tuf, set(fmt.Sprintf("%x", k.Raw()), "keys", id, "keyval", "public")), "/signed/keys/" + id},
		{root.FaultKeyidRule, rewrite(t, tuf, set("@a", "keys", id, "x-owner")), "/signed/keys/" + id},
		{root.FaultKeyidMismatch, rewrite(t, tuf, set("ecdsa-sha2-nistp256", "keys", id, "keytype")), "/signed/keys/" + id},
		{root.FaultSigTwice, text(`"signatures": []`, `"signatures": [{"keyid": "a", "sig": ""}, {"keyid": "a", "sig": "00"}]`), "/signatures/1"},
		{root.FaultSigMalformed, text(`"signatures": []`, `"signatures": [{"keyid": "a", "sig": "0"}]`), "/signatures/0"},
		{root.FaultSigPlaceholder, text(`"signatures": []`, `"signatures": [{"keyid": "a", "sig": ""}]`), "/signatures/0"},
		{root.FaultSigForm, []byte(strings.Replace(string(conda), `"signatures": {}`, `"signatures": {"a": {"signature": "`+strings.Repeat("0", 128)+`"}}`, 1)), "/signatures/a"},
		{root.FaultSigHeader, []byte(strings.Replace(string(conda), `"signatures": {}`, `"signatures": {"a": {"other_headers": "00", "signature": "`+strings.Repeat("0", 128)+`"}}`, 1)), "/signatures/a"},
		{root.FaultRootOnline, rewrite(t, tuf, set([]any{id}, "roles", "snapshot", "keyids")), "/signed/roles/snapshot"},
	}
}

// faultsOf are those of a root, or of a key manager.
func faultsOf(doc []byte) ([]root.Fault, error) {
	r, err := root.Parse(doc)
	var refused *root.ParseError
	switch {
	case err == nil:
		return r.Faults, nil
	case !errors.As(err, &refused):
		return nil, err
	case refused.Code == root.FaultType:
		if m, err := root.ParseKeyManager(doc); err == nil {
			return m.Faults, nil
		}
	}
	return []root.Fault{refused.Fault}, err
}

type oddity struct {
	code    root.Code
	doc     []byte
	pointer string
}

// Each fault that the package knows is found in some document, at its place.
func TestFaults(t *testing.T) {
	shown := make(map[root.Code]bool)
	for _, o := range oddities(t) {
		shown[o.code] = true
		found, err := faultsOf(o.doc)
		seen := false
		for _, f := range found {
			seen = seen || f.Code == o.code && f.Pointer == o.pointer
		}
		if !seen {
			t.Errorf("%s at %q: found %+v (%v)", o.code, o.pointer, found, err)
		}
	}
	source, err := os.ReadFile("fault.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`Fault\w+ +Code += "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1) {
		if code := root.Code(m[1]); !shown[code] {
			t.Errorf("no document shows fault %s", code)
		}
	}
	if len(shown) < 27 {
		t.Errorf("only %d faults are shown", len(shown))
	}
}
