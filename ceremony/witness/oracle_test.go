package witness

import (
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

// need skips a test where a program is missing, which CI does not.
func need(t *testing.T, command, pkg string) {
	t.Helper()
	if _, err := exec.LookPath(command); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", command)
		}
		t.Skipf("no %s here: install Debian's package %s", command, pkg)
	}
}

// A desk is a witness's machine: a folder with the text to be signed, and tools.
type desk struct {
	t   *testing.T
	dir string
}

func newDesk(t *testing.T, text []byte) desk {
	d := desk{t, t.TempDir()}
	d.write("head.txt", text)
	return d
}

func (d desk) write(name string, data []byte) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), data, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func (d desk) read(name string) []byte {
	d.t.Helper()
	raw, err := os.ReadFile(filepath.Join(d.dir, name))
	if err != nil {
		d.t.Fatal(err)
	}
	return raw
}

// try runs a command; stdin is head.txt, which ssh-keygen verifies.
func (d desk) try(words ...string) (string, error) {
	d.t.Helper()
	in, err := os.Open(filepath.Join(d.dir, "head.txt"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer in.Close()
	cmd := exec.CommandContext(d.t.Context(), words[0], words[1:]...)
	cmd.Dir, cmd.Stdin = d.dir, in
	cmd.Env = append(os.Environ(), "HOME="+d.dir, "LC_ALL=C", "SSH_AUTH_SOCK=")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (d desk) run(words ...string) string {
	d.t.Helper()
	out, err := d.try(words...)
	if err != nil {
		d.t.Fatalf("%q: %v\n%s", words, err, out)
	}
	return out
}

// sign has the key's own tool sign head.txt, as [Key.Command] tells the witness.
func (d desk) sign(k Key, options ...string) []byte {
	d.t.Helper()
	command, file := k.Command("head.txt")
	words := strings.Fields(strings.ReplaceAll(command, "KEY", "key"))
	if k.kind == minisign {
		words = append(words, "-s", "minisign.key")
	} else {
		words = append(words[:len(words)-1], append(options, words[len(words)-1])...)
		options = nil
	}
	_ = os.Remove(filepath.Join(d.dir, file))
	d.run(append(words, options...)...)
	return d.read(file)
}

// newSSHKey has ssh-keygen make a key, and reads its line as a plan has it.
func (d desk) newSSHKey(options ...string) (string, error) {
	d.t.Helper()
	d.run(append([]string{"ssh-keygen", "-q", "-N", "", "-C", "internal audit, 2026", "-f", "key"}, options...)...)
	text := strings.TrimSuffix(string(d.read("key.pub")), "\n")
	_, err := ParseKey(text)
	return text, err
}

func (d desk) newMinisignKey() Key {
	d.t.Helper()
	d.run("minisign", "-G", "-W", "-p", "minisign.pub", "-s", "minisign.key")
	k, err := ParseKey(strings.Split(string(d.read("minisign.pub")), "\n")[1])
	if err != nil {
		d.t.Fatal(err)
	}
	return k
}

// someHead is the text of a head; only its form matters here.
func someHead() []byte {
	return Head{
		Chain: root.DigestOf([]byte("chain")), Plan: root.DigestOf([]byte("plan")),
		Attempt: root.DigestOf([]byte("attempt")), Journal: root.DigestOf([]byte("journal")),
	}.Text()
}

// What ssh-keygen signs, we verify; what it shows of a key, we show.
func TestSSHKeygenSigns(t *testing.T) {
	need(t, "ssh-keygen", "openssh-client")
	for _, options := range [][]string{{"-t", "ed25519"}, {"-t", "ecdsa", "-b", "256"}} {
		d := newDesk(t, someHead())
		text, err := d.newSSHKey(options...)
		if err != nil {
			t.Fatal(err)
		}
		k, _ := ParseKey(text)
		if shown := d.run("ssh-keygen", "-l", "-f", "key.pub"); !strings.HasPrefix(shown, "256 "+k.Fingerprint()+" internal audit, 2026 ") {
			t.Errorf("%s is shown as %s", k.Fingerprint(), shown)
		}
		for _, hash := range []string{"sha256", "sha512"} {
			sig := d.sign(k, "-O", "hashalg="+hash)
			if err := k.Verify(someHead(), sig); err != nil {
				t.Errorf("%q, %s: %v", options, hash, err)
			}
			if err := k.Verify(append(someHead(), '\n'), sig); err == nil {
				t.Errorf("%q, %s: another text is accepted", options, hash)
			}
		}
		_ = os.Remove(filepath.Join(d.dir, "head.txt.sig"))
		d.run("ssh-keygen", "-Y", "sign", "-n", "file", "-f", "key", "head.txt")
		if err := k.Verify(someHead(), d.read("head.txt.sig")); err == nil || !strings.Contains(err.Error(), `made for "file"`) {
			t.Errorf("for a file: %v", err)
		}
	}
}

func TestSSHKeygenMakesOtherKeys(t *testing.T) {
	need(t, "ssh-keygen", "openssh-client")
	for _, options := range [][]string{{"-t", "rsa", "-b", "3072"}, {"-t", "ecdsa", "-b", "384"}, {"-t", "ecdsa", "-b", "521"}} {
		if text, err := newDesk(t, nil).newSSHKey(options...); err == nil || !strings.Contains(err.Error(), "are not taken: want ssh-ed25519") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Security keys cannot be had in a test, so our own stands in for one; whether
// it signs as they do, ssh-keygen says.
func TestSSHKeygenVerifies(t *testing.T) {
	need(t, "ssh-keygen", "openssh-client")
	for _, kind := range sshKinds() {
		s, d := newSoftKey(t, kind), newDesk(t, someHead())
		d.write("allowed", []byte("witness "+s.text()+"\n"))
		verify := func(sig []byte) error {
			d.write("sig", sig)
			_, err := d.try("ssh-keygen", "-Y", "verify", "-n", Namespace, "-f", "allowed", "-I", "witness", "-s", "sig")
			return err
		}
		for _, hash := range []string{"sha256", "sha512"} {
			sig := s.sign(string(someHead()), func(p *parts) { p.hash = hash }, nothing)
			if err, ours := verify(sig), s.key(t).Verify(someHead(), sig); err != nil || ours != nil {
				t.Errorf("%s, %s: ssh-keygen: %v; ours: %v", kind, hash, err, ours)
			}
		}
		for name, change := range map[string]func(*parts){
			"version":    func(p *parts) { p.version = 2 },
			"namespace":  func(p *parts) { p.namespace = "rootmoat" },
			"hash":       func(p *parts) { p.hash = "sha256" },
			"type":       func(p *parts) { p.typ = "ssh-rsa" },
			"tail":       func(p *parts) { p.tail = "x" },
			"short":      func(p *parts) { p.sig = p.sig[:len(p.sig)-1] },
			"last byte":  func(p *parts) { p.sig = p.sig[:len(p.sig)-1] + string(p.sig[len(p.sig)-1]^1) },
			"their tail": func(p *parts) { p.sigTail = "x" },
		} {
			sig := s.sign(string(someHead()), nothing, change)
			if err, ours := verify(sig), s.key(t).Verify(someHead(), sig); err == nil || ours == nil {
				t.Errorf("%s, %s changed: ssh-keygen: %v; ours: %v", kind, name, err, ours)
			}
		}
		if shown := d.run("ssh-keygen", "-l", "-f", "allowed"); !strings.Contains(shown, " "+s.key(t).Fingerprint()+" ") {
			t.Errorf("%s: ssh-keygen shows %s", kind, shown)
		}
		// ssh-keygen reads over what is reserved, which nothing signs, and does
		// not ask whether a security key was touched.
		sig := s.sign(string(someHead()), nothing, func(p *parts) { p.reserved = "x" })
		if err, ours := verify(sig), s.key(t).Verify(someHead(), sig); err != nil || ours == nil {
			t.Errorf("%s, reserved: ssh-keygen: %v; ours: %v", kind, err, ours)
		}
		for flags, touched := range map[byte]bool{0: false, 1: true, 4: false, 5: true} {
			sig := s.sign(string(someHead()), func(p *parts) { p.flags = flags }, nothing)
			if err, ours := verify(sig), s.key(t).Verify(someHead(), sig); err != nil || (ours == nil) != (touched || s.application == "") {
				t.Errorf("%s, flags %d: ssh-keygen: %v; ours: %v", kind, flags, err, ours)
			}
		}
	}
}

// What minisign signs, in both its ways, we verify; what we refuse, it refuses.
func TestMinisignSigns(t *testing.T) {
	need(t, "minisign", "minisign")
	d := newDesk(t, someHead())
	k := d.newMinisignKey()
	if !strings.HasSuffix(strings.Split(string(d.read("minisign.pub")), "\n")[0], " "+k.Fingerprint()) {
		t.Errorf("%s is shown as %s", k.Fingerprint(), d.read("minisign.pub"))
	}
	for name, options := range map[string][]string{
		"prehashed":  nil,
		"pure":       {"-l"},
		"commented":  {"-t", "read out in the room", "-c", "by the witness"},
		"long words": {"-t", strings.Repeat("x", 4000)},
	} {
		sig := d.sign(k, options...)
		algorithm, _ := base64.StdEncoding.DecodeString(strings.Split(string(sig), "\n")[1])
		if want := map[bool]string{true: pure, false: prehashed}[name == "pure"]; string(algorithm[:2]) != want {
			t.Errorf("%s: algorithm %s", name, algorithm[:2])
		}
		if err := k.Verify(someHead(), sig); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := k.Verify(append(someHead(), '\n'), sig); err == nil {
			t.Errorf("%s: another text is accepted", name)
		}
	}
}

func TestMinisignVerifies(t *testing.T) {
	need(t, "minisign", "minisign")
	s, d := newSoftKey(t, sshEd25519), newDesk(t, someHead())
	k := miniKey(t, s)
	verify := func(sig []byte) error {
		d.write("head.txt.minisig", sig)
		_, err := d.try("minisign", "-V", "-P", k.String(), "-m", "head.txt")
		return err
	}
	for _, algorithm := range []string{pure, prehashed} {
		of := func(p *miniParts) { p.algorithm = algorithm }
		for name, sig := range map[string]string{
			"as it is":    string(miniSign(s, string(someHead()), of, unchanged)),
			"with CR LF":  strings.ReplaceAll(string(miniSign(s, string(someHead()), of, unchanged)), "\n", "\r\n"),
			"other words": string(miniSign(s, string(someHead()), of, func(p *miniParts) { p.untrusted += ", so they say" })),
		} {
			if err, ours := verify([]byte(sig)), k.Verify(someHead(), []byte(sig)); err != nil || ours != nil {
				t.Errorf("%s, %s: minisign: %v; ours: %v", algorithm, name, err, ours)
			}
		}
		for name, change := range map[string]func(*miniParts){
			"id":              func(p *miniParts) { p.id = "12345679" },
			"trusted comment": func(p *miniParts) { p.trusted += "!" },
			"global":          func(p *miniParts) { p.global = p.sig },
			"signature":       func(p *miniParts) { p.sig = p.sig[:63] + string(p.sig[63]^1) },
			"algorithm":       func(p *miniParts) { p.algorithm = map[string]string{pure: prehashed, prehashed: pure}[algorithm] },
		} {
			sig := miniSign(s, string(someHead()), of, change)
			if err, ours := verify(sig), k.Verify(someHead(), sig); err == nil || ours == nil {
				t.Errorf("%s, %s changed: minisign: %v; ours: %v", algorithm, name, err, ours)
			}
		}
	}
}
