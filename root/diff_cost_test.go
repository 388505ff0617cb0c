package root_test

import (
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// A root may have one megabyte, and whoever made it may want us to search it
// for ever: four times the size must not cost sixteen times the work. The
// bound lies between; sorting and maps stay between four and eight.
func TestCostGrowsWithTheSize(t *testing.T) {
	const tuf = `"_type":"root","spec_version":"1.0","version":1,"expires":"2030-01-01T00:00:00Z","keys":{},"roles":{}`
	for _, c := range []struct {
		name string
		make func(n int, side string) string // the signed part
		n    int
	}{
		{"unknown members", func(n int, side string) string {
			return "{" + tuf + series(n, func(i int) string { return fmt.Sprintf(`,"%s%06d":0`, side, i) }) + "}"
		}, 5000},
		{"unknown members inside", func(n int, side string) string {
			return "{" + tuf + `,"x":{"` + side + `":0` + series(n, func(i int) string { return fmt.Sprintf(`,"%06d":%q`, i, side) }) + "}}"
		}, 5000},
		{"members below a long name", func(n int, side string) string {
			return "{" + tuf + `,"` + strings.Repeat("n", 10*n) + `":{"` + side + `":0` + series(n, func(i int) string { return fmt.Sprintf(`,"%d":0`, i) }) + "}}"
		}, 6000},
		{"conda keys", func(n int, _ string) string { return condaOf(n, edKey) }, 1500},
		{"conda keys that are none", func(n int, _ string) string {
			return condaOf(n, func(i int) string { return fmt.Sprintf("%064x", i) })
		}, 3000},
	} {
		t.Run(c.name, func(t *testing.T) {
			few, lots := pairOf(c.make, c.n), pairOf(c.make, 4*c.n)
			small, large := time.Hour, time.Hour
			// The best of some runs, in turn, so that a busy machine slows both.
			// One good run proves it; a square has none.
			for run := 0; run < 3 || run < 6 && large > 11*small; run++ {
				small, large = min(small, few.cost(t)), min(large, lots.cost(t))
			}
			t.Logf("%v and %v", small, large)
			if large > 11*small {
				t.Errorf("%d take %v, %d take %v: more than elevenfold", c.n, small, 4*c.n, large)
			}
		})
	}
}

// A pair is two documents, and whether they differ.
type pair struct {
	a, b []byte
	same bool
}

func pairOf(signed func(n int, side string) string, n int) pair {
	a, b := signed(n, "a"), signed(n, "b")
	envelope := `{"signatures":[],"signed":%s}`
	if strings.HasPrefix(a, `{"type"`) {
		envelope = `{"signatures":{},"signed":%s}`
	}
	return pair{fmt.Appendf(nil, envelope, a), fmt.Appendf(nil, envelope, b), a == b}
}

// cost is what reading both takes and telling their difference, both ways.
func (p pair) cost(t *testing.T) time.Duration {
	t.Helper()
	start := time.Now()
	was, is := parse(t, p.a), parse(t, p.b)
	there, back := root.Diff(was, is), root.Diff(is, was)
	took := time.Since(start)
	if there.IsEmpty() != p.same || back.IsEmpty() != p.same || len(there.Members) != len(back.Members) {
		t.Fatalf("%d and %d members differ", len(there.Members), len(back.Members))
	}
	return took
}

func series(n int, text func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(text(i))
	}
	return b.String()
}

// condaOf is a signed part with n keys, a thousand in each role.
func condaOf(n int, key func(i int) string) string {
	var roles []string
	for from := 0; from < n; from += 1000 {
		keys := series(min(1000, n-from), func(i int) string { return fmt.Sprintf(",%q", key(from+i)) })
		roles = append(roles, fmt.Sprintf(`"r%d":{"pubkeys":[%s],"threshold":1}`, from, keys[1:]))
	}
	return `{"type":"root","metadata_spec_version":"0.6.0","expiration":"2030-01-01T00:00:00Z","version":1,` +
		`"timestamp":"2026-01-01T00:00:00Z","delegations":{` + strings.Join(roles, ",") + "}}"
}

func edKey(i int) string {
	seed := make([]byte, ed25519.SeedSize)
	binary.BigEndian.PutUint32(seed, uint32(i))
	return hex.EncodeToString(ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey))
}

// What stands below a name that is longer than any pointer need be is told as
// a whole, and still told.
func TestDiffBelowALongName(t *testing.T) {
	name := strings.Repeat("n", 2000)
	raw := unsigned(t, draft(t, nil, tufGenesis(publics(newSigners(t, root.P256, 2)), 2, newSigner(t, root.Ed25519).PublicKey)))
	with := func(v any) *root.Root {
		return parse(t, rewrite(t, raw, func(s map[string]any) { s[name] = v }))
	}
	was, is := with(map[string]any{"a": 1, "b": 1}), with(map[string]any{"a": 1, "b": 2})
	d := root.Diff(was, is)
	if len(d.Members) != 1 || d.Members[0].Pointer != "/"+name || !strings.Contains(d.Members[0].New, `"b": 2`) {
		t.Errorf("%+v", d.Members)
	}
	told(t, was, is)
	told(t, was, with(map[string]any{"b": 1, "a": 1}))
}
