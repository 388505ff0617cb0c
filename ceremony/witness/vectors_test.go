package witness

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/rootmoot/rootmoot/root"
)

var makeVectors = flag.Bool("vectors", false, "make the signatures in testdata anew")

// A vector is a real signature of someHead: the comment of its file says how it
// was made.
type vector struct {
	name             string
	key, fingerprint string
	signature        []byte
}

func vectors(t testing.TB) []vector {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) != 8 {
		t.Fatalf("%d files, %v (make them with -vectors)", len(files), err)
	}
	var out []vector
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil || len(a.Files) != 3 {
			t.Fatalf("%s: %v", file, err)
		}
		out = append(out, vector{
			name: strings.TrimSuffix(filepath.Base(file), ".txtar"), key: strings.TrimSpace(string(a.Files[0].Data)),
			fingerprint: strings.TrimSpace(string(a.Files[1].Data)), signature: a.Files[2].Data,
		})
	}
	return out
}

func (v vector) parsed(t testing.TB) Key {
	t.Helper()
	k, err := ParseKey(v.key)
	if err != nil {
		t.Fatalf("%s: %v", v.name, err)
	}
	return k
}

func TestVectors(t *testing.T) {
	if *makeVectors {
		remake(t)
	}
	for i, v := range vectors(t) {
		k := v.parsed(t)
		if err := k.Verify(someHead(), v.signature); err != nil {
			t.Errorf("%s: %v", v.name, err)
		}
		if k.Fingerprint() != v.fingerprint {
			t.Errorf("%s: fingerprint %s, want %s", v.name, k.Fingerprint(), v.fingerprint)
		}
		for j, other := range vectors(t) {
			if i != j && other.key != v.key && k.Verify(someHead(), other.signature) == nil {
				t.Errorf("%s accepts the signature of %s", v.name, other.name)
			}
		}
	}
}

// Whatever byte of a signature is changed, it is refused; but anybody may write
// minisign's untrusted comment.
func TestMangledSignature(t *testing.T) {
	for _, v := range vectors(t) {
		k := v.parsed(t)
		from := 0
		if k.kind == minisign {
			from = bytes.IndexByte(v.signature, '\n')
		}
		for i := from; i < len(v.signature)-1; i++ { // the last line feed may be missing
			for _, bit := range []byte{0x01, 0x20, 0x80} {
				bad := bytes.Clone(v.signature)
				bad[i] ^= bit
				if err := k.Verify(someHead(), bad); err == nil {
					t.Errorf("%s: byte %d changed by %#x: accepted", v.name, i, bit)
				}
			}
			if err := k.Verify(someHead(), append(bytes.Clone(v.signature[:i]), v.signature[i+1:]...)); err == nil && !joins(v.signature, i) {
				t.Errorf("%s: byte %d left out: accepted", v.name, i)
			}
		}
	}
}

// joins reports whether leaving out byte i makes one line of two of base64.
func joins(signature []byte, i int) bool {
	before, after := bytes.LastIndexByte(signature[:i], '\n'), bytes.IndexByte(signature[i+1:], '\n')
	return signature[i] == '\n' && after >= 0 && bytes.HasPrefix(signature, []byte(armorBegin)) &&
		!bytes.HasPrefix(signature[before+1:], []byte("-----")) && !bytes.HasPrefix(signature[i+1:], []byte("-----"))
}

func TestMangledMessage(t *testing.T) {
	for _, v := range vectors(t) {
		k := v.parsed(t)
		for i := range someHead() {
			bad := someHead()
			bad[i] ^= 1
			if err := k.Verify(bad, v.signature); !errors.Is(err, root.ErrSignature) {
				t.Errorf("%s: byte %d of the text changed: %v", v.name, i, err)
			}
		}
	}
}

// A key of which a byte was changed is refused, or is another key; only its
// comment may differ.
func TestMangledKey(t *testing.T) {
	for _, v := range vectors(t) {
		good := v.parsed(t)
		for i := range v.key {
			for _, bit := range []byte{0x01, 0x20, 0x80} {
				bad := []byte(v.key)
				bad[i] ^= bit
				k, err := ParseKey(string(bad))
				if err == nil && i < len(good.String()) && k.Verify(someHead(), v.signature) == nil {
					t.Errorf("%s: byte %d of the key changed by %#x: its signature is accepted", v.name, i, bit)
				}
			}
		}
	}
}

// remake has the tools sign, and for security keys, which cannot be had, one of
// our own, if ssh-keygen accepts that.
func remake(t *testing.T) {
	need(t, "ssh-keygen", "openssh-client")
	need(t, "minisign", "minisign")
	write := func(name, how, key, fingerprint string, signature []byte) {
		a := txtar.Archive{Comment: []byte(how + "\n\n"), Files: []txtar.File{
			{Name: "key", Data: []byte(key + "\n")}, {Name: "fingerprint", Data: []byte(fingerprint + "\n")}, {Name: "signature", Data: signature},
		}}
		if err := os.WriteFile(filepath.Join("testdata", name+".txtar"), txtar.Format(&a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	shown := func(d desk, file string) string { return strings.Fields(d.run("ssh-keygen", "-l", "-f", file))[1] }
	for _, typ := range []string{"ed25519", "ecdsa"} {
		d := newDesk(t, someHead())
		text, err := d.newSSHKey("-t", typ)
		if err != nil {
			t.Fatal(err)
		}
		k, _ := ParseKey(text)
		for _, hash := range []string{"sha256", "sha512"} {
			write(typ+"-"+hash, "OpenSSH: ssh-keygen -Y sign -n rootmoot -O hashalg="+hash, text, shown(d, "key.pub"), d.sign(k, "-O", "hashalg="+hash))
		}
	}
	for _, kind := range []kind{skEd25519, skECDSA} {
		s, d := newSoftKey(t, kind), newDesk(t, someHead())
		d.write("allowed", []byte("witness "+s.text()+"\n"))
		d.write("sig", s.sign(string(someHead()), nothing, nothing))
		d.run("ssh-keygen", "-Y", "verify", "-n", Namespace, "-f", "allowed", "-I", "witness", "-s", "sig")
		d.write("key.pub", []byte(s.text()+"\n"))
		name, _, _ := strings.Cut(string(kind), "@")
		write(name, "A security key in software (softkey_test.go), and ssh-keygen -Y verify accepts it", s.text(), shown(d, "key.pub"), d.read("sig"))
	}
	d := newDesk(t, someHead())
	k := d.newMinisignKey()
	first := strings.Split(string(d.read("minisign.pub")), "\n")[0]
	id := first[strings.LastIndexByte(first, ' ')+1:]
	write("minisign", "minisign -Sm", k.String(), id, d.sign(k))
	write("minisign-pure", "minisign -Sm, with -l", k.String(), id, d.sign(k, "-l"))
}

func FuzzKey(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.key)
	}
	for _, kind := range sshKinds() {
		f.Add(string(kind) + " AAAA")
	}
	f.Add("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAA==")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := ParseKey(text)
		if err != nil {
			return
		}
		if !strings.HasPrefix(text, k.String()) {
			t.Fatalf("%q reads as %q", text, k)
		}
		again, err := ParseKey(k.String())
		if err != nil || again.Public().Fingerprint() != k.Public().Fingerprint() || again.Fingerprint() != k.Fingerprint() {
			t.Fatalf("%q does not read back: %v", k, err)
		}
		if err := k.Public().Sound(); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzSignature: nobody can make a signature of another one, but for what is
// nobody's: how base64 is broken into lines, and the untrusted comment.
func FuzzSignature(f *testing.F) {
	all := vectors(f)
	for i, v := range all {
		f.Add(i, v.signature)
		f.Add(i, bytes.ReplaceAll(v.signature, []byte("\n"), []byte("\r\n")))
	}
	f.Fuzz(func(t *testing.T, i int, signature []byte) {
		if i < 0 || i >= len(all) {
			return
		}
		if all[i].parsed(t).Verify(someHead(), signature) != nil {
			return
		}
		for _, v := range all {
			if v.key == all[i].key && essence(v.signature) == essence(signature) {
				return
			}
		}
		t.Fatalf("a new signature of %s: %q", all[i].name, signature)
	})
}

// essence is what a signature file says, without what is nobody's.
func essence(signature []byte) string {
	lines := signatureLines(string(signature))
	if lines[0] == armorBegin {
		return strings.Join(lines, "")
	}
	return strings.Join(lines[1:], "\n")
}
