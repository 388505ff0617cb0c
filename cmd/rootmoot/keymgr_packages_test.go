package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/encrypted"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/keyfile"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
	"github.com/rootmoot/rootmoot/root"
)

const keyPassword = "quartz lantern 7 orbit"

// A channel is a folder with a chain, a channel and key files. The keys of its
// first root are 1 and 2, of the second 2 and 5; of their key managers 3, then 6;
// packages are signed with 4. N.key has key N.
type channel struct {
	t    *testing.T
	dir  string
	text []byte // of repodata.json
}

func newChannel(t *testing.T) *channel {
	t.Helper()
	c := &channel{t: t, dir: t.TempDir(), text: repodatatest.Channel{Records: 30, Seed: 5}.Bytes()}
	first := keymgrtest.Root(t, nil, keymgrtest.Keys(1, 2), keymgrtest.Keys(3), false)
	c.write("1.root.json", first)
	c.write("meta/1.root.json", first)
	c.write("meta/2.root.json", keymgrtest.Root(t, first, keymgrtest.Keys(2, 5), keymgrtest.Keys(6), false, keymgrtest.Key(1)))
	c.manager(keymgrtest.Manager{Version: 2})
	c.write("repodata.json", c.text)
	return c
}

// manager puts a key manager where the chain is, signed by 6 and for key 4, if it
// does not say otherwise.
func (c *channel) manager(m keymgrtest.Manager) {
	c.t.Helper()
	if m.Packages == nil {
		m.Packages = keymgrtest.Keys(4)
	}
	if m.Signers == nil {
		m.Signers = keymgrtest.Keys(6)
	}
	c.write("meta/key_mgr.json", m.Bytes(c.t))
}

func (c *channel) path(name string) string { return filepath.Join(c.dir, name) }

func (c *channel) write(name string, raw []byte) {
	c.t.Helper()
	if err := os.MkdirAll(filepath.Dir(c.path(name)), 0o755); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(c.path(name), raw, 0o600); err != nil {
		c.t.Fatal(err)
	}
}

func (c *channel) read(name string) []byte {
	c.t.Helper()
	raw, err := os.ReadFile(c.path(name))
	if err != nil {
		c.t.Fatal(err)
	}
	return raw
}

// key makes a key file of that number's key, cheap to open.
func (c *channel) key(n byte) string {
	c.t.Helper()
	private := keymgrtest.Key(n)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		c.t.Fatal(err)
	}
	sealed, err := encrypted.EncryptWithCustomKDFParameters(der, []byte(keyPassword), encrypted.Legacy)
	if err != nil {
		c.t.Fatal(err)
	}
	name := string('0'+n) + ".key"
	c.write(name, pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED SIGSTORE PRIVATE KEY", Bytes: sealed}))
	c.write(keyfile.PublicName(name), []byte(keymgrtest.Public(c.t, private).PEM()))
	return c.path(name)
}

// run runs a verb of keymgr in this process, and gives back what it printed.
func (c *channel) run(code int, stdin string, args ...string) (out, errs string) {
	c.t.Helper()
	var o, e strings.Builder
	got := verbs.Main(context.Background(), menu(func() time.Time { return keymgrtest.At }), append([]string{"keymgr"}, args...), strings.NewReader(stdin), &o, &e)
	if got != code {
		c.t.Fatalf("%v: exit code %d, want %d\n%s%s", args, got, code, &o, &e)
	}
	if strings.Contains(o.String()+e.String(), keyPassword) {
		c.t.Errorf("%v: prints the password", args)
	}
	return o.String(), e.String()
}

// sign signs repodata.json with a key file.
func (c *channel) sign(code int, key string, more ...string) (out, errs string) {
	c.t.Helper()
	args := []string{"sign-packages", c.path("repodata.json"), "--trust", c.path("1.root.json"), "--metadata", c.path("meta"), "--key-file", key, "--password-stdin"}
	return c.run(code, keyPassword+"\n", append(args, more...)...)
}

// verified has the verifier judge repodata.json, which knows nothing of who signed.
func (c *channel) verified(code int, parts ...string) {
	c.t.Helper()
	var o, e strings.Builder
	args := []string{"verify", "packages", "--trust", c.path("1.root.json"), "--metadata", c.path("meta"), "--at", root.FormatTime(keymgrtest.At), c.path("repodata.json")}
	if got := verbs.Main(context.Background(), menu(time.Now), args, strings.NewReader(""), &o, &e); got != code {
		c.t.Errorf("%v: exit code %d, want %d\n%s%s", args, got, code, &o, &e)
	}
	wants(c.t, o.String(), parts...)
}

// signedBy counts the good signatures of a key, over what was signed: the standard
// library's opinion.
func signedBy(t *testing.T, text []byte, public ed25519.PublicKey) int {
	t.Helper()
	x, err := repodata.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	var canon repodata.Canon
	for i := range x.Len() {
		message, err := canon.Append(nil, x.Record(i).Text)
		if err != nil {
			t.Fatal(err)
		}
		for s := range x.Record(i).Signatures() {
			if sig, ok := s.Raw(); ok && ed25519.Verify(public, message, sig[:]) {
				n++
			}
		}
	}
	return n
}

func publicOf(n byte) ed25519.PublicKey { return keymgrtest.Key(n).Public().(ed25519.PublicKey) }

func wants(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(got, p) {
			t.Errorf("says not %q:\n%s", p, got)
		}
	}
}

func TestSignPackages(t *testing.T) {
	c := newChannel(t)
	key := c.key(4)
	c.write("repodata.json.bz2", nil)
	out, errs := c.sign(0, key)
	wants(t, out, "listed by the key manager", "root version 2, key manager version 2", "signed     30\n", "replaced   0\n", "kept       0\n", "wrote      "+c.path("repodata.json"))
	wants(t, errs, "repodata.json.bz2 has the signatures of before")
	signed := c.read("repodata.json")
	if n := signedBy(t, signed, publicOf(4)); n != 30 {
		t.Errorf("%d good signatures", n)
	}
	c.verified(0, "trusted")
	out, errs = c.sign(0, key)
	wants(t, out, "kept       30\n", "unchanged  "+c.path("repodata.json"))
	if errs != "" || !bytes.Equal(c.read("repodata.json"), signed) {
		t.Errorf("with nothing to do: %s", errs)
	}
	// A record goes, and its signature stays until it is pruned.
	x, err := repodata.Parse(signed)
	if err != nil {
		t.Fatal(err)
	}
	r := x.Record(0)
	gone := strings.Replace(string(signed), `"`+string(r.File)+`":`+string(r.Text)+",", "", 1)
	c.write("repodata.json", []byte(gone))
	out, _ = c.sign(0, key)
	wants(t, out, "stale      1 files without a record keep", "kept       29\n", "unchanged")
	var said signedJSON
	out, _ = c.sign(0, key, "--prune", "--json", "--zst")
	if err := json.Unmarshal([]byte(out), &said); err != nil {
		t.Fatal(err)
	}
	if said.Kept != 29 || said.Stale != 1 || !said.Pruned || len(said.Written) != 2 || said.KeyManager.Version != 2 || said.Threshold != 1 || said.Ahead {
		t.Errorf("%+v", said)
	}
	packed := c.read("repodata.json.zst")
	text, err := repodata.Read(bytes.NewReader(packed), int64(len(packed)), repodata.Zstd, 0)
	if err != nil || !bytes.Equal(text, c.read("repodata.json")) {
		t.Errorf("zstd has other bytes: %v", err)
	}
	out, _ = c.sign(0, key, "--out", c.path("new.json.zst"))
	wants(t, out, "wrote      "+c.path("new.json.zst"))
	_, errs = c.sign(2, key, "--out", c.path("1.root.json"))
	wants(t, errs, "never overwritten")
}

// Who may not sign, and under what nobody may: the file stays as it is.
func TestSignPackagesRefuses(t *testing.T) {
	all := keymgrtest.Keys(1, 2, 3, 4, 5, 6) // what no plan would list
	for _, row := range []struct {
		name string
		with func(c *channel)
		key  byte
		more []string
		code int
		want string
	}{
		{"key of the newest root", func(c *channel) { c.manager(keymgrtest.Manager{Version: 2, Packages: all}) }, 5, nil, 1, "stands in role root of root version 2"},
		{"key of an earlier root", func(c *channel) { c.manager(keymgrtest.Manager{Version: 2, Packages: all}) }, 1, nil, 1, "stands in role root of root version 1"},
		{"key of the key manager", func(c *channel) { c.manager(keymgrtest.Manager{Version: 2, Packages: all}) }, 6, nil, 1, "stands in role key_mgr of root version 2"},
		{"key of an earlier key manager", func(c *channel) { c.manager(keymgrtest.Manager{Version: 2, Packages: all}) }, 3, nil, 1, "stands in role key_mgr of root version 1"},
		{"key of the key manager, ahead", nil, 6, []string{"--ahead"}, 1, "stands in role key_mgr"},
		{"key that is not listed", nil, 7, nil, 1, "not in role pkg_mgr of the key manager (version 2)"},
		{"key that was revoked", func(c *channel) { c.manager(keymgrtest.Manager{Version: 3, Packages: keymgrtest.Keys(7)}) }, 4, nil, 1, "not in role pkg_mgr"},
		{"key manager expired", func(c *channel) { c.manager(keymgrtest.Manager{Version: 2, Expires: keymgrtest.At.AddDate(0, 0, -1)}) }, 4, nil, 1, "FRESH-EXPIRED"},
		{"key manager expired by then", nil, 4, []string{"--at", "2028-06-01T00:00:00Z"}, 1, "FRESH-EXPIRED"},
		{"key manager under the root before", func(c *channel) { c.manager(keymgrtest.Manager{Version: 2, Signers: keymgrtest.Keys(3)}) }, 4, nil, 1, "QUORUM-"},
		{"key manager changed", func(c *channel) {
			c.write("meta/key_mgr.json", bytes.Replace(c.read("meta/key_mgr.json"), []byte(`"version": 2`), []byte(`"version": 9`), 1))
		}, 4, nil, 1, "QUORUM-"},
		{"no key manager", func(c *channel) { c.remove("meta/key_mgr.json") }, 4, nil, 2, "nothing says who signs packages"},
		{"root by others", func(c *channel) {
			c.write("meta/2.root.json", keymgrtest.Root(c.t, nil, keymgrtest.Keys(8), keymgrtest.Keys(6), false))
		}, 4, nil, 1, "2.root.json"},
		{"trusted root is none", func(c *channel) { c.write("1.root.json", []byte("{}")) }, 4, nil, 2, "trusted root"},
		{"rehearsal not asked for", nil, 4, []string{"--rehearsal"}, 2, "REHEARSAL-"},
		{"repodata cut short", func(c *channel) { c.write("repodata.json", c.text[:4000]) }, 4, nil, 1, "repodata.json: line 1"},
		{"repodata with a member twice", func(c *channel) { c.write("repodata.json", []byte(`{"packages":{},"packages":{}}`)) }, 4, nil, 1, "duplicate"},
		{"no repodata", func(c *channel) { c.remove("repodata.json") }, 4, nil, 3, "repodata.json"},
		{"key file that others read", func(c *channel) { c.chmod("4.key", 0o644) }, 4, nil, 2, "chmod 600"},
		{"key file gone", func(c *channel) { c.remove("4.key") }, 4, nil, 3, "4.key"},
		{"state without a name", nil, 4, []string{"--state", ""}, 2, "--state: names no folder"},
		{"key file and token", nil, 4, []string{"--serial", "1"}, 2, "one run signs with one key"},
		{"zstd elsewhere", nil, 4, []string{"--zst", "--out", "x.json"}, 2, "--zst"},
		{"out has another form", nil, 4, []string{"--out", "x.bz2"}, 2, "--out"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newChannel(t)
			key := c.key(row.key)
			if row.with != nil {
				row.with(c)
			}
			before, _ := os.ReadFile(c.path("repodata.json"))
			_, errs := c.sign(row.code, key, row.more...)
			wants(t, errs, row.want)
			if after, _ := os.ReadFile(c.path("repodata.json")); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}

func (c *channel) remove(name string) {
	c.t.Helper()
	if err := os.Remove(c.path(name)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *channel) chmod(name string, mode fs.FileMode) {
	c.t.Helper()
	if err := os.Chmod(c.path(name), mode); err != nil {
		c.t.Fatal(err)
	}
}

// What was seen before is held against what is shown now.
func TestSignPackagesState(t *testing.T) {
	c := newChannel(t)
	key, state := c.key(4), c.path("state")
	old := c.read("meta/key_mgr.json")
	c.manager(keymgrtest.Manager{Version: 3})
	c.sign(0, key, "--state", state)
	c.write("repodata.json", c.text)

	c.write("meta/key_mgr.json", old)
	_, errs := c.sign(1, key, "--state", state)
	wants(t, errs, "version 2 is older than the one seen, of version 3")
	c.remove("meta/key_mgr.json")
	_, errs = c.sign(1, key, "--state", state)
	wants(t, errs, "it may be withheld")
	c.manager(keymgrtest.Manager{Version: 3, Packages: keymgrtest.Keys(4, 7)})
	_, errs = c.sign(1, key, "--state", state)
	wants(t, errs, "equivocation")
	c.manager(keymgrtest.Manager{Version: 4})
	second := c.read("meta/2.root.json")
	c.remove("meta/2.root.json")
	_, errs = c.sign(1, key, "--state", state)
	wants(t, errs, "STATE-")
	if !bytes.Equal(c.read("repodata.json"), c.text) {
		t.Error("the file was changed")
	}
	c.write("meta/2.root.json", second)
	c.sign(0, key, "--state", state)
}

// Before a rotation packages are signed with the next key too.
func TestSignPackagesAhead(t *testing.T) {
	c := newChannel(t)
	c.verified(1, "unsigned")
	c.sign(0, c.key(7), "--ahead")
	c.verified(1, "unknown")
	c.write("repodata.json", c.text)
	c.sign(0, c.key(4))
	out, errs := c.sign(0, c.path("7.key"), "--ahead")
	wants(t, out, "not listed yet", "signed     30\n")
	wants(t, errs, "its signatures count nothing")
	c.verified(0, "trusted")
	if raw := c.read("repodata.json"); signedBy(t, raw, publicOf(4)) != 30 || signedBy(t, raw, publicOf(7)) != 30 {
		t.Error("not signed by both")
	}
	c.manager(keymgrtest.Manager{Version: 3, Packages: keymgrtest.Keys(4, 7), Threshold: 2})
	out, errs = c.sign(0, c.path("7.key"), "--ahead")
	wants(t, out, "listed by the key manager", "unchanged")
	wants(t, errs, "must be signed by 2 keys")
	c.verified(0, "trusted")
	c.write("repodata.json", c.text)
	c.sign(0, c.path("7.key"))
	c.verified(1, "below-threshold")
}

// The password comes from a pipe, whole and alone, and a wrong one is told.
func TestSignPackagesPassword(t *testing.T) {
	c := newChannel(t)
	args := []string{"sign-packages", c.path("repodata.json"), "--trust", c.path("1.root.json"), "--metadata", c.path("meta"), "--key-file", c.key(4), "--password-stdin"}
	for _, row := range []struct {
		stdin string
		code  int
		want  string
	}{
		{keyPassword + "x", 1, "wrong password"},
		{keyPassword + "\nmore\n", 2, "more than one line"},
		{"", 2, "it is empty"},
		{"\n", 2, "it is empty"},
		{strings.Repeat("x", 5000), 2, "more than 4096 bytes"},
		{keyPassword, 0, ""},
		{keyPassword + "\r\n", 0, ""},
	} {
		_, errs := c.run(row.code, row.stdin, args...)
		wants(t, errs, row.want)
	}
	_, errs := c.run(2, "", args[:6]...)
	wants(t, errs, "no key is named")
}

// A rehearsal has its own chain, and a rehearsal token, which is a smart card that
// wants its touches, is refused as one.
func TestSignPackagesRehearsal(t *testing.T) {
	c := newChannel(t)
	first := keymgrtest.Root(t, nil, keymgrtest.Keys(1, 2), keymgrtest.Keys(3), true)
	c.write("1.root.json", first)
	c.write("meta/1.root.json", first)
	c.remove("meta/2.root.json")
	c.manager(keymgrtest.Manager{Version: 2, Signers: keymgrtest.Keys(3), Rehearsal: true})
	_, errs := c.sign(2, c.key(4))
	wants(t, errs, "add --rehearsal")
	c.sign(0, c.path("4.key"), "--rehearsal")

	tokens := c.path("tokens")
	if err := os.Mkdir(tokens, 0o755); err != nil {
		t.Fatal(err)
	}
	spec := rehearsal.Spec{Name: "desk", Serial: 90000001, Algorithm: pivcard.Ed25519, PIN: "zw-7!xq", PUK: "81937465", Touch: rehearsal.TouchInstant}
	if err := rehearsal.Create(t.Context(), tokens, spec, rand.Reader); err != nil {
		t.Fatal(err)
	}
	args := []string{"sign-packages", c.path("repodata.json"), "--trust", c.path("1.root.json"), "--metadata", c.path("meta"), "--tokens", tokens, "--ahead", "--password-stdin"}
	_, errs = c.run(2, "zw-7!xq", append(args, "--rehearsal")...)
	wants(t, errs, "wants a touch for each signature (touch policy: always)", "key file, or an HSM")
	_, errs = c.run(2, "zw-7!xq", append(args[:len(args):len(args)], "--at", "2026-12-01T00:00:00Z")...)
	wants(t, errs, "add --rehearsal")
}

func TestTouchless(t *testing.T) {
	for _, c := range []struct {
		info token.Info
		ok   bool
	}{
		{token.Info{Kind: token.PIV, TouchPolicy: "always"}, false},
		{token.Info{Kind: token.PIV, TouchPolicy: "cached"}, false},
		{token.Info{Kind: token.PIV}, false},
		{token.Info{Kind: token.PIV, TouchPolicy: "never"}, true},
		{token.Info{Kind: token.Rehearsal, TouchPolicy: "always"}, false},
		{token.Info{Kind: token.PKCS11}, true},
		{token.Info{Kind: token.KeyFile, TouchPolicy: "never"}, true},
	} {
		if err := touchless(c.info); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c.info, err)
		}
	}
}

func TestNewKey(t *testing.T) {
	c := newChannel(t)
	out, _ := c.run(0, keyPassword, "new-key", c.path("packages.key"), "--password-stdin")
	wants(t, out, "wrote        "+c.path("packages.key")+", encrypted", "wrote        "+c.path("packages.pub"))
	public, err := verbs.PublicKey(c.path("packages.pub"))
	if err != nil {
		t.Fatal(err)
	}
	wants(t, out, "fingerprint  "+public.Fingerprint().String())
	var hexKey string
	for line := range strings.Lines(out) {
		if key, is := strings.CutPrefix(line, "key          "); is {
			hexKey = strings.TrimSpace(key)
		}
	}
	c.write("hex", []byte(hexKey))
	if again, err := verbs.PublicKey(c.path("hex")); err != nil || again.Fingerprint() != public.Fingerprint() {
		t.Errorf("key %s: %v", hexKey, err)
	}
	before := c.read("packages.key")
	_, errs := c.run(2, keyPassword, "new-key", c.path("packages.key"), "--password-stdin")
	wants(t, errs, "never written over")
	_, errs = c.run(2, "short", "new-key", c.path("other.key"), "--password-stdin")
	wants(t, errs, "fewer than 12")
	_, errs = c.run(3, keyPassword, "new-key", c.path("no/such/folder.key"), "--password-stdin")
	wants(t, errs, "no such file")
	if !bytes.Equal(before, c.read("packages.key")) {
		t.Error("the key was changed")
	}
	// A channel is signed with it, once the key manager lists it.
	c.manager(keymgrtest.Manager{Version: 3, Raw: [][]byte{public.Raw()}})
	c.sign(0, c.path("packages.key"))
	if n := signedBy(t, c.read("repodata.json"), public.Raw()); n != 30 {
		t.Errorf("%d signatures", n)
	}
}
