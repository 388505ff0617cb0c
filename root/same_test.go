package root_test

import (
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

// Whether two entries of roots are one key is a matter of key material; of keys
// that have none that we know, of what they say.
func TestSameKey(t *testing.T) {
	k := newSigner(t, root.P256)
	c := draft(t, nil, tufGenesis(publics([]signer{k}), 1, newSigner(t, root.Ed25519).PublicKey))
	person := func(name string) map[string]any {
		return map[string]any{"keytype": "sigstore-oidc", "scheme": "Fulcio", "keyval": map[string]any{"identity": name}}
	}
	raw := rewrite(t, unsigned(t, c), func(signed map[string]any) {
		keys := signed["keys"].(map[string]any)
		keys["anne"], keys["ben"] = person("anne"), person("ben")
		keys["anne again"] = person("anne")
		keys["anne again"].(map[string]any)["x-note"] = "moved"
		keys["other scheme"] = person("anne")
		keys["other scheme"].(map[string]any)["scheme"] = "none"
	})
	by := make(map[string]root.Key)
	for _, k := range parse(t, raw).Keys {
		by[k.ID] = k
	}
	id := idOf(t, c.Root, k)
	for _, tc := range []struct {
		a, b string
		same bool
	}{
		{id, id, true},
		{id, "anne", false},
		{"anne", id, false},
		{"anne", "anne again", true},
		{"anne", "ben", false},
		{"anne", "other scheme", false},
	} {
		if got := by[tc.a].Same(by[tc.b]); got != tc.same {
			t.Errorf("%s and %s are the same: %v", tc.a, tc.b, got)
		}
	}
}
