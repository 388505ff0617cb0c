package channel_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/channel"
	"github.com/rootmoot/rootmoot/verify/channel/channeltest"
)

// FuzzJudge: whatever stands in a repodata.json, judging it ends, and what is
// trusted is exactly what a slow and plain way trusts: a tree of the whole file,
// the canonical form written from the tree, and a loop over keys.
func FuzzJudge(f *testing.F) {
	for _, a := range attacks() {
		f.Add(channeltest.Text(subdir, a.entry))
	}
	f.Add(load(f, "repodata.json"))
	m := byOne(f)
	j := channel.NewJudge(m, subdir, channel.Options{})
	f.Fuzz(func(t *testing.T, text []byte) {
		x, err := repodata.Parse(text)
		if err != nil {
			return
		}
		tree, err := canonical.Parse(text, canonical.Limits{})
		if err != nil {
			t.Skip("larger than a tree may be") // Parse has refused what is no JSON
		}
		for i := range x.Len() {
			r := x.Record(i)
			got := j.Record(r)
			if want := plainly(tree, m, r.List.String(), string(r.File)); want != (got.Verdict() == channel.Trusted) {
				t.Fatalf("%s: %v (%+v), and trusted plainly is %v", r.File, got.Verdict(), got.Finding, want)
			}
			channel.Expect(r)
		}
		channel.Locate("x", x, subdir)
		channel.Strays("x", x, channel.Options{})
	})
}

// plainly reports whether a record is trusted.
func plainly(tree *canonical.Value, m *root.KeyManager, list, file string) bool {
	record := tree.Get(list).Get(file)
	text := func(name string) string {
		s, _ := record.Get(name).Text(canonical.String)
		return s
	}
	name, version, build := text("name"), text("version"), text("build")
	ending := map[string]string{"packages": ".tar.bz2", "packages.conda": ".conda"}[list]
	all := name + version + build
	if name == "" || version == "" || build == "" || strings.Contains(version+build, "-") || strings.ContainsAny(all, "/\\ ") || strings.ContainsFunc(all, func(r rune) bool { return r < 0x21 || r > 0x7e }) ||
		file != name+"-"+version+"-"+build+ending || text("subdir") != subdir {
		return false
	}
	message, err := canonical.AppendConda(nil, record)
	if err != nil {
		return false
	}
	role, _ := m.Role(root.RolePackages)
	good := 0
	for _, k := range role.Distinct() {
		signature := tree.Get("signatures").Get(file).Get(k.ID)
		value, is := signature.Get("signature").Text(canonical.String)
		sig, err := hex.DecodeString(value)
		if is && len(signature.Members()) == 1 && err == nil && hex.EncodeToString(sig) == value && len(sig) == ed25519.SignatureSize && ed25519.Verify(k.Public.Raw(), message, sig) {
			good++
		}
	}
	return good >= role.Threshold
}
