package keyfile_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"

	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/keyfile"
	"github.com/rootmoot/rootmoot/internal/token/tokentest"
)

// password is that of the key files in testdata, which sigstore's library wrote:
// sigstore.key with the settings of today, cosign.key with the first ones.
const password = "quartz lantern 7 orbit"

// copied is a key file of testdata, and what stands beside it, in a folder of its
// own and for its owner only, as version control does not keep it.
func copied(t testing.TB, name string) string {
	t.Helper()
	dir := t.TempDir()
	for file, mode := range map[string]fs.FileMode{name: 0o600, keyfile.PublicName(name): 0o644} {
		raw, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), raw, mode); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, name)
}

func open(t testing.TB, path string) *keyfile.Token {
	t.Helper()
	k, err := keyfile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

// want is the key that a file says it holds.
func want(t testing.TB, k *keyfile.Token) token.Want {
	t.Helper()
	info, err := k.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return token.Want{Serial: info.Serial, SPKI: info.SPKI}
}

func secret(s string) token.Secret { return token.NewSecret([]byte(s)) }

func TestConformance(t *testing.T) {
	if race {
		return // scrypt takes a second for each password then, and no goroutines meet here
	}
	tokentest.Run(t, func(t *testing.T) tokentest.Fixture {
		path := copied(t, "cosign.key") // that of sigstore.key is twice the work for each password
		return tokentest.Fixture{
			Token: open(t, path), PIN: password, NoAttestation: true, NeverBlocks: true,
			Remove: func() {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			},
		}
	})
}

// What is told of a key file, and its number above all, is the same for ever: what
// openssl pkey -pubin -outform DER | sha256sum begins with.
func TestInspect(t *testing.T) {
	path := copied(t, "cosign.key")
	info, err := open(t, path).Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if info.Kind != token.KeyFile || info.Serial != "187b192f2e1b4b46" || info.Reader != path || info.TouchPolicy != "never" || info.Extractable != token.Yes {
		t.Errorf("%+v", info)
	}
	if c := info.Credentials(); len(c) != 1 || c[0].Name != "password" {
		t.Errorf("credentials %v", c)
	}
}

// sigstore's library, which is the other program here, loads the same key from
// the file, and its signer makes the same signature.
func TestSigstoreLoads(t *testing.T) {
	if race {
		return // as above
	}
	made := filepath.Join(t.TempDir(), "packages.key")
	if _, err := keyfile.Create(t.Context(), made, secret(password)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{made, copied(t, "sigstore.key"), copied(t, "cosign.key")} {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		private, err := cryptoutils.UnmarshalPEMToPrivateKey(raw, cryptoutils.StaticPasswordFunc([]byte(password)))
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := signature.LoadED25519Signer(private.(ed25519.PrivateKey))
		if err != nil {
			t.Fatal(err)
		}
		k := open(t, path)
		ours, err := k.Unlock(t.Context(), want(t, k), secret(password))
		if err != nil {
			t.Fatal(err)
		}
		message := []byte("{\n  \"build\": \"0\"\n}")
		sig, err := ours.Sign(message)
		if err != nil {
			t.Fatal(err)
		}
		other, err := theirs.SignMessage(bytes.NewReader(message))
		if err != nil || !bytes.Equal(sig[:], other) {
			t.Errorf("%s: %x, theirs %x, %v", path, sig, other, err)
		}
	}
}

func TestKeyClosed(t *testing.T) {
	k := open(t, copied(t, "cosign.key"))
	key, err := k.Unlock(t.Context(), want(t, k), secret(password))
	if err != nil {
		t.Fatal(err)
	}
	public := key.Public()
	key.Close()
	if _, err := key.Sign([]byte("m")); !errors.Is(err, token.ErrClosed) {
		t.Errorf("%v, want ErrClosed", err)
	}
	if key.Public() != public || public == [32]byte{} {
		t.Error("the public key changed")
	}
}

// The key beside a file is that of the file, or nothing is signed.
func TestOtherPublicKey(t *testing.T) {
	path := copied(t, "cosign.key")
	raw, err := os.ReadFile("testdata/sigstore.pub")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(keyfile.PublicName(path), raw, 0o644); err != nil {
		t.Fatal(err)
	}
	k := open(t, path)
	if _, err := k.Unlock(t.Context(), want(t, k), secret(password)); !errors.Is(err, token.ErrOtherKey) || !strings.Contains(err.Error(), "cosign.pub") {
		t.Errorf("%v", err)
	}
	s, err := k.Open(t.Context(), want(t, k), secret(password), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.SignMessage(strings.NewReader("m")); !errors.Is(err, token.ErrOtherKey) {
		t.Errorf("%v", err)
	}
}

// A key of another algorithm is refused with the reason: by what stands beside
// it, and if that lies, by what is in it.
func TestOtherAlgorithm(t *testing.T) {
	const why = "a key of ecdsa: key files are for Ed25519"
	path := copied(t, "ecdsa.key")
	if _, err := keyfile.Open(path); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("%v", err)
	}
	raw, err := os.ReadFile("testdata/sigstore.pub")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(keyfile.PublicName(path), raw, 0o644); err != nil {
		t.Fatal(err)
	}
	k := open(t, path)
	if _, err := k.Unlock(t.Context(), want(t, k), secret(password)); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("%v", err)
	}
}

func TestModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file's mode says nothing there")
	}
	path := copied(t, "cosign.key")
	for mode, ok := range map[fs.FileMode]bool{0o600: true, 0o400: true, 0o700: true, 0o640: false, 0o604: false, 0o620: false, 0o666: false, 0o601: false} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		k, err := keyfile.Open(path)
		if ok != (err == nil) {
			t.Errorf("mode %04o: %v", mode, err)
		}
		if err == nil {
			k.Close()
			continue
		}
		if !strings.Contains(err.Error(), "cosign.key") || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

// Whoever writes the file cannot make it cost much, nor pass for another.
func TestHostile(t *testing.T) {
	good, err := os.ReadFile("testdata/cosign.key")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(good)
	with := func(old, replacement string) []byte {
		if !bytes.Contains(block.Bytes, []byte(old)) {
			t.Fatalf("%s: nothing to replace", old)
		}
		return pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: bytes.Replace(block.Bytes, []byte(old), []byte(replacement), 1)})
	}
	typed := func(kind string) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: block.Bytes}) }
	for _, c := range []struct {
		name string
		raw  []byte
		want string
	}{
		{"N of 2^40", with(`"N":32768`, `"N":1099511627776`), "scrypt with N=1099511627776, r=8, p=1"},
		{"N of 2^70", with(`"N":32768`, `"N":1180591620717411303424`), "N"},
		{"N below", with(`"N":32768`, `"N":2`), "N=2,"},
		{"N negative", with(`"N":32768`, `"N":-32768`), "N=-32768"},
		{"no N", with(`"N":32768,`, ``), "N=0,"},
		{"r", with(`"r":8`, `"r":8388608`), "r=8388608"},
		{"p", with(`"p":1`, `"p":1000000`), "p=1000000"},
		{"N twice", with(`"N":32768`, `"N":32768,"N":1099511627776`), "duplicate"},
		{"another kdf", with(`"scrypt"`, `"none"`), `kdf "none"`},
		{"another cipher", with(`"nacl/secretbox"`, `"rot13"`), `cipher "rot13"`},
		{"unknown member", with(`{"kdf"`, `{"x":1,"kdf"`), "unknown"},
		{"n in lower case", with(`"N":32768`, `"n":32768`), "unknown"},
		{"short nonce", with(`"nonce":"8m1w`, `"nonce":"`), "nonce of 21 bytes"},
		{"no salt", with(`"salt":"`, `"salt":"","x":"`), "unknown"},
		{"data after the object", with(`}`, `}} {`), ""},
		{"long ciphertext", with(`"ciphertext":"`, `"ciphertext":"`+strings.Repeat("AAAA", 1000)), "at most 512"},
		{"not encrypted", typed("PRIVATE KEY"), "not encrypted"},
		{"encrypted by others", typed("ENCRYPTED PRIVATE KEY"), "in the way of PKCS #8"},
		{"a certificate", typed("CERTIFICATE"), `"CERTIFICATE"`},
		{"headers", bytes.Replace(good, []byte("KEY-----\n"), []byte("KEY-----\nProc-Type: 4,ENCRYPTED\n\n"), 1), "headers"},
		{"text before", append([]byte("# mine\n"), good...), "no PEM file"},
		{"two blocks", append(bytes.Clone(good), good...), "follows"},
		{"empty", nil, "no PEM file"},
		{"binary", bytes.Repeat([]byte{0xff}, 100), "no PEM file"},
		{"too large", append(bytes.Clone(good), bytes.Repeat([]byte("\n"), 1<<20)...), "larger than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := copied(t, "cosign.key")
			if err := os.WriteFile(path, c.raw, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := keyfile.Open(path)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "cosign.key") {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestHostilePublic(t *testing.T) {
	good, err := os.ReadFile("testdata/cosign.pub")
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string][]byte{
		"empty": nil, "two": append(bytes.Clone(good), good...), "cut short": good[:60],
		"a private key": []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
		"nonsense":      []byte("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
		"headers":       bytes.Replace(good, []byte("KEY-----\n"), []byte("KEY-----\nA: b\n\n"), 1),
		"too large":     bytes.Repeat([]byte("x"), 1<<20),
	} {
		path := copied(t, "cosign.key")
		if err := os.WriteFile(keyfile.PublicName(path), raw, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := keyfile.Open(path); err == nil || !strings.Contains(err.Error(), "cosign.pub") {
			t.Errorf("%s: %v", name, err)
		}
	}
	path := copied(t, "cosign.key")
	if err := os.Remove(keyfile.PublicName(path)); err != nil {
		t.Fatal(err)
	}
	if _, err := keyfile.Open(path); err == nil || !strings.Contains(err.Error(), "cosign.pub") || !strings.Contains(err.Error(), "belongs there") {
		t.Errorf("missing: %v", err)
	}
}

func TestCreate(t *testing.T) {
	if race {
		return // as above
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "packages.key")
	public, err := keyfile.Create(t.Context(), path, secret(password))
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	k := open(t, path)
	if w := want(t, k); !bytes.HasSuffix(w.SPKI, public) {
		t.Errorf("key %x, want %x", w.SPKI, public)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keyfile.Create(t.Context(), path, secret(password)); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a key: %v", err)
	}
	if err := os.Remove(keyfile.PublicName(path)); err != nil {
		t.Fatal(err)
	}
	if _, err := keyfile.Create(t.Context(), path, secret(password)); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a key whose public key is gone: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the key was written over: %v", err)
	}
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other+".pub", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := keyfile.Create(t.Context(), other, secret(password)); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a public key: %v", err)
	}
	if _, err := os.Stat(other); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("left a key behind: %v", err)
	}
}

func TestCheckPassword(t *testing.T) {
	for p, why := range map[string]string{
		password:                               "",
		"pässwörter sind läng":                 "",
		"":                                     "fewer than 12",
		"short enough"[:11]:                    "fewer than 12",
		"ääääääääääöü"[:22]:                    "fewer than 12", // in characters, not in bytes
		"aaaabbbbccccdddd":                     "fewer than five",
		"tab\tin between":                      "cannot be typed",
		"\xff\xfe not text at all":             "cannot be typed",
		strings.Repeat("quartz lantern ", 100): "more than 1024",
	} {
		err := keyfile.CheckPassword(secret(p))
		if (why == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), why) {
			t.Errorf("%.20q: %v, want %q", p, err, why)
		}
	}
}

// FuzzOpen: no file makes opening it fail in any other way than by an error, or
// cost more than its size.
func FuzzOpen(f *testing.F) {
	for _, name := range []string{"sigstore.key", "cosign.key", "ecdsa.key"} {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
		block, _ := pem.Decode(raw)
		f.Add(block.Bytes)
	}
	path := copied(f, "cosign.key")
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, text := range [][]byte{raw, pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED COSIGN PRIVATE KEY", Bytes: raw})} {
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			if k, err := keyfile.Open(path); err == nil {
				k.Close()
			}
		}
	})
}
