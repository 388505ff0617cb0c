package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
)

// verify runs verify packages over what was signed.
func (c *channel) verify(code int, more ...string) string {
	c.t.Helper()
	var out, errs strings.Builder
	args := append([]string{"verify", "packages", "--trust", c.path("1.root.json"), "--metadata", c.path("meta")}, more...)
	if got := verbs.Main(context.Background(), menu(func() time.Time { return keymgrtest.At }), args, strings.NewReader(""), &out, &errs); got != code {
		c.t.Fatalf("%v: exit code %d, want %d\n%s%s", args, got, code, &out, &errs)
	}
	return out.String()
}

// TestSignedPackagesVerify: what keymgr sign-packages makes is trusted, in both
// forms; before it is signed it is not, nor after its key has left, or after one
// byte of a record was changed.
func TestSignedPackagesVerify(t *testing.T) {
	c := newChannel(t)
	file := c.path("repodata.json")
	wants := func(out, want string) {
		t.Helper()
		if !strings.Contains(out, want) {
			t.Errorf("%q is not said:\n%s", want, out)
		}
	}
	wants(c.verify(verbs.No, file), "30 records: 30 unsigned")
	c.sign(verbs.Yes, c.key(4), "--zst")
	wants(c.verify(verbs.Yes, "--strict", file), "30 records: 30 trusted")
	wants(c.verify(verbs.Yes, "--strict", file+".zst"), "30 records: 30 trusted")

	signed := c.read("repodata.json")
	c.write("repodata.json", bytes.Replace(signed, []byte(`"build_number":`), []byte(`"build_number":1`), 1))
	wants(c.verify(verbs.No, file), "29 trusted, 1 bad")
	c.write("repodata.json", signed)

	c.manager(keymgrtest.Manager{Version: 3, Packages: keymgrtest.Keys(7)})
	wants(c.verify(verbs.No, file), "30 records: 30 unknown")
	c.sign(verbs.Yes, c.key(7))
	wants(c.verify(verbs.Yes, file), "30 records: 30 trusted")
	c.manager(keymgrtest.Manager{Version: 4, Packages: keymgrtest.Keys(7, 8), Threshold: 2})
	wants(c.verify(verbs.No, file), "30 records: 30 below-threshold")
}
