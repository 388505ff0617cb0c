package verify_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
	"pgregory.net/rapid"
)

// Whoever relays a root can add signatures, take away what is more than enough,
// and put them in another order: by default the verdict stays what it was, and
// so does the root. (What no list of signatures is, or has a keyid twice, is
// another matter: such files are refused, and he could send rubbish as well.)
func TestRelayersChangeNothing(t *testing.T) {
	for _, f := range []root.Format{root.TUF, root.Conda} {
		trusted := trust(t, forge.Root(f, 1, 2, people(f)...).Bytes(), options())
		good, _ := verify.Next(trusted, forge.Root(f, 2, 2, people(f)...).Bytes(), options())
		other := forge.Root(f, 3, 2, people(f)...).Signatures()
		rapid.Check(t, func(t *rapid.T) {
			kept := rapid.SampledFrom([]int{0, 1, 2, 3}).Draw(t, "kept")
			d := forge.Root(f, 2, 2, people(f)...)
			d.Entries = func(signed []forge.Entry) []forge.Entry {
				out := rapid.Permutation(signed).Draw(t, "of")[:kept]
				for range rapid.IntRange(0, 8).Draw(t, "extra") {
					e := extra(t, f, slices.Concat(signed, other))
					if !slices.ContainsFunc(out, func(o forge.Entry) bool { return o.ID == e.ID }) {
						out = append(out, e)
					}
				}
				return rapid.Permutation(out).Draw(t, "order")
			}
			next, rep := verify.Next(trusted, d.Bytes(), options())
			if kept >= 2 && next.Digest() != good.Digest() {
				t.Fatalf("enough have signed: %v", rep.Failures())
			}
			if kept < 2 && (!next.IsZero() || !cmp.Equal(failing(rep), []string{"QUORUM-OLD", "QUORUM-NEW"})) {
				t.Fatalf("%d have signed: accepted %v, failures %v", kept, !next.IsZero(), rep.Failures())
			}
		})
	}
}

// extra is a signature that does not count: by a listed key over something
// else or malformed, or by a stranger.
func extra(t *rapid.T, f root.Format, known []forge.Entry) forge.Entry {
	e := rapid.SampledFrom(known).Draw(t, "like")
	id := rapid.SampledFrom([]string{e.ID, strings.ToUpper(e.ID), "", "nobody", mallory.ID, "../../~1", strings.Repeat("x", 1000)}).Draw(t, "id")
	wrong := rapid.SampledFrom([]string{"", "00", "0", "XYZ", "0x00", strings.Repeat("0", 128), strings.Repeat("f", 100_000), "\u0000"}).Draw(t, "sig")
	if f == root.TUF {
		if id == e.ID { // what the listed keys signed may stand under their own keyids only where it is of another root
			return forge.Entry{ID: id, Value: map[string]any{"sig": wrong}}
		}
		return forge.Entry{ID: id, Value: map[string]any{"sig": rapid.SampledFrom([]any{wrong, e.Value["sig"]}).Draw(t, "value")}}
	}
	value := rapid.SampledFrom([]map[string]any{
		nil,
		{},
		{"signature": wrong},
		{"signature": wrong, "other_headers": "00"},
		{"signature": 5},
		{"x": 1},
		{"signature": strings.Repeat("0", 128), "other_headers": wrong, "see_also": wrong},
		{"signature": strings.Repeat("0", 128), "other_headers": "0400", "see_also": strings.Repeat("0", 40)},
	}).Draw(t, "value")
	return forge.Entry{ID: id, Value: value}
}

// Of a key manager the same holds, which one key signs.
func TestRelayersChangeNoKeyManager(t *testing.T) {
	trusted := trust(t, forge.Root(root.Conda, 1, 2, people(root.Conda)...).Bytes(), options())
	for _, value := range []string{
		"null", "5", `"x"`, "[]", "{}", `{"signature":"00"}`, `{"signature":"` + strings.Repeat("0", 128) + `"}`,
		`{"signature":"` + strings.Repeat("0", 128) + `","other_headers":"00"}`, `{"signature":"` + strings.Repeat("0", 300_000) + `"}`,
	} {
		for _, id := range []string{mallory.ID, alice.ID, "", "x", strings.ToUpper(forge.Ed25519("online").ID)} {
			d := forge.KeyManager(1, forge.Ed25519("packages"), forge.Ed25519("online"))
			d.Entries = func(good []forge.Entry) []forge.Entry {
				var v map[string]any
				if json.Unmarshal([]byte(value), &v) == nil {
					return append(good, forge.Entry{ID: id, Value: v})
				}
				text(`"signatures":{`, fmt.Sprintf(`"signatures":{%q:%s,`, id, value))(d)
				return good
			}
			if m, rep := verify.KeyManager(trusted, d.Bytes(), options()); m == nil {
				t.Errorf("%s of %.60s refuses it: %v", id, value, rep.Failures())
			}
		}
	}
}
