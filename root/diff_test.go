package root_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/root"
)

func load(t testing.TB, name string) *root.Root {
	t.Helper()
	raw, err := os.ReadFile("../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := root.Parse(raw)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return r
}

func sigstore(t testing.TB, n int) *root.Root {
	return load(t, fmt.Sprintf("sigstore/%d.root.json", n))
}

// say writes a difference in the words of the table below: first six hex
// characters of fingerprints, as the facts about the chain are published.
func say(d root.Difference) []string {
	var out []string
	names := func(sign string, keys []root.Key) {
		for _, k := range keys {
			out[len(out)-1] += " " + sign + k.Public.Fingerprint().String()[:6]
		}
	}
	for _, r := range d.Roles {
		if !r.Changed() {
			continue
		}
		out = append(out, fmt.Sprintf("%s %d->%d", r.Name, r.OldThreshold, r.NewThreshold))
		names("-", r.Left)
		names("+", r.Joined)
	}
	var re []string
	for _, k := range d.Reencoded {
		re = append(re, k.Key.String()[:6])
	}
	if slices.Sort(re); len(re) > 0 {
		out = append(out, "re-encoded "+strings.Join(re, " "))
	}
	for _, m := range d.Members {
		if m.Pointer == "/expires" || m.Pointer == "/version" {
			continue
		}
		out = append(out, fmt.Sprintf("%s %s=>%s", m.Pointer, m.Old, m.New))
	}
	return out
}

// The chain's history is known from the public record of its ceremonies, by
// key material: a diff by keyid would show five keys removed and five added at
// v5, v9 and v10.
func TestDiffSigstore(t *testing.T) {
	for _, c := range []struct {
		from int
		want []string
	}{
		{3, []string{"root 3->3 -2a8a8a +982b18", "targets 3->3 -2a8a8a +982b18"}},
		{4, []string{
			"snapshot 1->1 -aa2319 +24f41f", "timestamp 1->1 -f6611f +da10c9",
			"re-encoded 067358 5330d6 56cf17 982b18 e94c11",
			"/consistent_snapshot false=>true",
		}},
		{8, []string{"re-encoded 067358 24f41f 5330d6 56cf17 982b18 da10c9 e94c11"}},
		{9, []string{
			"snapshot 1->1 -24f41f +da10c9",
			"re-encoded 067358 5330d6 56cf17 982b18 da10c9 e94c11",
			"/roles/snapshot/x-tuf-on-ci-expiry-period =>3650", "/roles/snapshot/x-tuf-on-ci-signing-period =>365",
			"/roles/timestamp/x-tuf-on-ci-expiry-period =>7", "/roles/timestamp/x-tuf-on-ci-signing-period =>4",
			"/x-tuf-on-ci-expiry-period =>182", "/x-tuf-on-ci-signing-period =>31",
		}},
		{12, []string{"root 3->3 -5330d6 +b3413f", "targets 3->3 -5330d6 +b3413f"}},
	} {
		t.Run(fmt.Sprintf("v%d to v%d", c.from, c.from+1), func(t *testing.T) {
			got := say(root.Diff(sigstore(t, c.from), sigstore(t, c.from+1)))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDiffOfItself(t *testing.T) {
	for n := 1; n <= 15; n++ {
		r := sigstore(t, n)
		if d := root.Diff(r, r); !d.IsEmpty() {
			t.Errorf("v%d differs from itself: %s", n, cmp.Diff(root.Difference{}, d))
		}
	}
}
