package plan

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootmoot/rootmoot/root"
)

// asDraft is the example with amsterdam and boston still to be enrolled, one
// written in lines, one in braces, both with comments.
func asDraft(t testing.TB) string {
	t.Helper()
	text := changed(t, string(example(t)), []string{amsterdam, "  amsterdam: # first\n    type: ecdsa-p256  # on its token\n  # between\n"})
	p := load(t, text)
	boston, _ := p.KeyOf("boston")
	return changed(t, text, []string{"  boston:\n    type: ecdsa-p256\n    pem: |\n" + lines(boston.PEM()), "  boston: { \"type\" : 'ecdsa-p256' } # second\n"})
}

func lines(pem string) string {
	var b strings.Builder
	for line := range strings.Lines(pem) {
		b.WriteString("      " + line)
	}
	return b.String()
}

func keysOf(t testing.TB, names ...string) map[string]root.PublicKey {
	t.Helper()
	p := load(t, string(example(t)))
	out := make(map[string]root.PublicKey)
	for _, name := range names {
		out[name], _ = p.KeyOf(name)
	}
	return out
}

func TestEnrol(t *testing.T) {
	p := load(t, asDraft(t))
	if got := strings.Join(p.Missing(), " "); got != "amsterdam boston" || p.Frozen() {
		t.Fatalf("missing %q, frozen %v", got, p.Frozen())
	}
	if _, err := p.Spec(); err == nil || err.Error() != "keys: the plan is a draft: still to be enrolled are amsterdam, boston" {
		t.Errorf("spec of a draft: %v", err)
	}
	keys := keysOf(t, "amsterdam", "boston")
	text, err := p.Freeze(keys)
	if err != nil {
		t.Fatal(err)
	}
	want := changed(t, asDraft(t), []string{
		"    type: ecdsa-p256  # on its token\n", "    type: ecdsa-p256  # on its token\n    pem: |\n" + lines(keys["amsterdam"].PEM()),
		"'ecdsa-p256' }", "'ecdsa-p256', pem: \"" + strings.ReplaceAll(keys["boston"].PEM(), "\n", `\n`) + "\" }",
	})
	if string(text) != want {
		t.Errorf("frozen text:\n%s\nwant:\n%s", text, want)
	}
	frozen := load(t, string(text))
	if s, err := frozen.Spec(); err != nil || len(s.Roles[0].Keys) != 5 {
		t.Errorf("spec of the frozen plan: %v", err)
	}
	if name, ok := frozen.NameOf(keys["boston"].Fingerprint()); !ok || name != "boston" {
		t.Errorf("boston is called %q", name)
	}
	// One by one, in the other order, gives the same plan.
	first, err := p.Enrol(keysOf(t, "boston"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := load(t, string(first)).Enrol(keysOf(t, "amsterdam"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(second, text) {
		t.Errorf("one by one:\n%s", second)
	}
}

// TestEnrolAtTheEnd: an entry on the last line, without a line feed after it.
func TestEnrolAtTheEnd(t *testing.T) {
	text := changed(t, simple, []string{
		"\n  online: {type: ed25519", "\n#", "tool: {version: 1.0.0}\n", "", "keys: [online]", "keys: [ada]", "keys:\n", "tool: {version: 1.0.0}\nkeys:\n", "participants:\n  ada: {organisation: Example, token: {kind: rehearsal, serial: 1}}\n", "",
		"  ada: {type: ed25519, hex: \"" + otherKey + "\"}\n", "  ada:\n      type: ed25519", "#, hex: \"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c\"}\n", "",
	})
	p := load(t, text)
	got, err := p.Freeze(map[string]root.PublicKey{"ada": numbered(1)})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(got), text+"\n      hex: \"") {
		t.Errorf("frozen text: %s", got)
	}
}

// simple is a plan with nothing that it need not have.
const simple = `rootmoot: 1
name: Simple
format: conda
purpose: genesis
mode: rehearsal
document: root
signing_time: 2026-12-01T12:00:00Z
deadline: 2026-12-15T00:00:00Z
root:
  expires: 2027-12-01T00:00:00Z
  threshold: 1
  keyholders: [ada]
roles:
  key_mgr: {threshold: 1, keys: [online]}
keys:
  ada: {type: ed25519, hex: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"}
  online: {type: ed25519, hex: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"}
participants:
  ada: {organisation: Example, token: {kind: rehearsal, serial: 1}}
tool: {version: 1.0.0}
`

func TestEnrolRefuses(t *testing.T) {
	p := load(t, asDraft(t))
	other, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := other.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	wide, err := root.NewECDSA(root.P384, point)
	if err != nil {
		t.Fatal(err)
	}
	weak, err := root.NewEd25519(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	keys := keysOf(t, "amsterdam", "chennai")
	cases := []struct {
		name, holder string
		key          root.PublicKey
		want         string
	}{
		{"unknown name", "nobody", keys["amsterdam"], "key nobody: the plan has no entry of that name under keys"},
		{"replaces a key", "chennai", keys["amsterdam"], "key chennai: stands in the plan already (" + keys["chennai"].Fingerprint().String() + "): a key is never replaced; to change it, edit the plan and have it reviewed"},
		{"the same key again", "chennai", keys["chennai"], "key chennai: stands in the plan already (" + keys["chennai"].Fingerprint().String() + "): a key is never replaced; to change it, edit the plan and have it reviewed"},
		{"another type", "boston", wide, "key boston: is of ecdsa-p384, and the plan asks for ecdsa-p256"},
		{"another's key", "boston", keys["chennai"], "key boston: is the key that the plan calls chennai: one key has one name"},
		{"weak key", "boston", weak, "key boston: key " + weak.Fingerprint().Short() + ": Ed25519 point of small order: it signs without a secret"},
		{"no key", "boston", root.PublicKey{}, "key boston: key 00000000: no key"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := p.Enrol(map[string]root.PublicKey{c.holder: c.key})
			if err == nil || err.Error() != c.want {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
	t.Run("twice the same", func(t *testing.T) {
		_, err := p.Enrol(map[string]root.PublicKey{"amsterdam": keys["amsterdam"], "boston": keys["amsterdam"]})
		if err == nil || !strings.Contains(err.Error(), "is the same key as amsterdam: one key has one name") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("freeze too early", func(t *testing.T) {
		_, err := p.Freeze(map[string]root.PublicKey{"amsterdam": keys["amsterdam"]})
		if err == nil || err.Error() != "plan: still a draft, these keys are to be enrolled: boston" {
			t.Errorf("error %v", err)
		}
	})
}

// TestEnrolKeepsEveryByte: what is enrolled goes in, and nothing else changes,
// however the entry is written.
func TestEnrolKeepsEveryByte(t *testing.T) {
	full := keysOf(t, "amsterdam")["amsterdam"]
	layouts := []string{
		"  amsterdam:%[1]s\n    type: ecdsa-p256%[1]s\n%[2]s", "  amsterdam: {type: ecdsa-p256}%[1]s\n%[2]s",
		"  amsterdam:%[1]s\n      type:   \"ecdsa\"%[1]s\n%[2]s", "  amsterdam: { %[1]s\n    type: 'ecdsa-p256' , }\n%[2]s",
		"  \"amsterdam\":%[1]s\n    type: ecdsa%[1]s\n%[2]s",
	}
	text := string(example(t))
	rapid.Check(t, func(r *rapid.T) {
		layout := rapid.SampledFrom(layouts).Draw(r, "layout")
		comment := rapid.SampledFrom([]string{"", " # é: {type: ecdsa-p256}", "  # x"}).Draw(r, "comment")
		after := rapid.SampledFrom([]string{"", "\n", "  # amsterdam:\n", "    # deep\n\n"}).Draw(r, "after")
		entry := strings.NewReplacer("%[1]s", comment, "%[2]s", after).Replace(layout)
		draft := strings.Replace(text, amsterdam, entry, 1)
		p, err := Load([]byte(draft))
		if err != nil {
			r.Fatal(err)
		}
		got, err := p.Enrol(map[string]root.PublicKey{"amsterdam": full})
		if err != nil {
			r.Fatal(err)
		}
		i := 0
		for i < len(draft) && draft[i] == got[i] {
			i++
		}
		tail := draft[i:]
		if !bytes.HasSuffix(got, []byte(tail)) {
			r.Fatalf("more than an insertion at byte %d:\n%s", i, got)
		}
	})
}
