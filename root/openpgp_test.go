package root_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/root"
)

func ed25519Hex(t testing.TB, s string) root.PublicKey {
	t.Helper()
	k, err := root.NewEd25519(unhex(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// Anaconda's production root, drafted by us from what it says: the bytes, the
// digests that its two signers signed, and with their signatures the file
// itself come out bit for bit. The digests are the known answers that
// conda-content-trust gives for it.
func TestKnownAnswers(t *testing.T) {
	c := draft(t, nil, root.Spec{
		Format: root.Conda, Expires: at(t, "2022-10-31T18:00:00Z"), SigningTime: at(t, "2021-03-26T00:00:00Z"),
		Roles: []root.RoleSpec{
			{Name: "root", Threshold: 2, Keys: []root.PublicKey{
				ed25519Hex(t, "668a3217d72d4064edb16648435dc4a3e09a172ecee45dcab1464dcd2f402ec6"),
				ed25519Hex(t, "508debb915ede0b16dc0cff63f250bde73c5923317b44719fcfc25cc95560c44"),
				ed25519Hex(t, "6d4d5888398ad77465e9fd53996309187723e16509144aa6733015c960378e7a"),
				ed25519Hex(t, "e0c88b4c0721bd451b7e720dfb0d0bb6b3853f0cbcf5570edd73367d0841be51"),
			}},
			{Name: "key_mgr", Threshold: 1, Keys: []root.PublicKey{
				ed25519Hex(t, "f24c813d23a9b26be665eee5c54680c35321061b337f862385ed6d783b0bedb0"),
			}},
		},
	})
	if got := c.Digest().String(); got != "33f936b66c39d4a4f79066cdb52442450728deef407b4d29a4b52f06e1c3728f" || len(c.Root.Signed()) != 695 {
		t.Fatalf("%d bytes, digest %s", len(c.Root.Signed()), got)
	}
	var sigs []root.Signature
	for _, k := range []struct{ key, header, digest, sig string }{
		{
			"508debb915ede0b16dc0cff63f250bde73c5923317b44719fcfc25cc95560c44",
			"04001608001d162104e6dffee4638f24cfa60a08ba03afe1314a3a38fc050260621281",
			"1d9524e9de18d075fe3c7f04ad452e0642d5026bbc8401c9379d7b7b52bbe6e4",
			"29d53d4e7dbea0a3efb07266d22e57cf4df7abe004453981c631245716e1b737c7a6b4ab95f42592af70be67abf56e97020e1aa1f52b49ef39b37481f05d5701",
		},
		{
			"6d4d5888398ad77465e9fd53996309187723e16509144aa6733015c960378e7a",
			"04001608001d162104d2ca1d4bf5d77e7c312534284dd9c45328b685ec0502605dbb03",
			"cc39952111959c7fc7e8fbc5904b6a52afb62351ddbb5c41deb79331c6bccd32",
			"b71c9b3aa60e77258c402e574397127bcb4bc15ef3055ada8539b0d1e355bf1415a135fb7cecc9244f839a929f6b1f82844a5b3df8d6225ec9a50b181692490f",
		},
	} {
		m, err := c.Message(ed25519Hex(t, k.key).Fingerprint(), unhex(t, k.header))
		if err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(m.Bytes()); got != k.digest {
			t.Errorf("key %s signs %s, want %s", k.key[:8], got, k.digest)
		}
		s, err := m.Finish(unhex(t, k.sig))
		if err != nil {
			t.Fatalf("the real signature of %s: %v", k.key[:8], err)
		}
		sigs = append(sigs, s)
	}
	raw, err := c.Assemble(sigs)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../testdata/anaconda/1.root.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(raw)); diff != "" {
		t.Error(diff)
	}
}

// The fingerprint of a key and its time of making is known from outside: the
// sample key of draft-koch-eddsa-for-openpgp.
func TestHeaderBytes(t *testing.T) {
	k := ed25519Hex(t, "3f098994bdd916ed4053197934e4a87c80733a1280d62f8010992e43ee3b2406")
	h, err := root.NewHeader(k, time.Unix(0x53f35f0b, 0))
	if err != nil {
		t.Fatal(err)
	}
	want := unhex(t, "04 00 16 08 001d 16 21 04 c959bdbafa32a2f89a153b678cfde12197965a9a 05 02 53f35f0b")
	if !bytes.Equal(h, want) {
		t.Errorf("header %x\nwant   %x", h, want)
	}
	body := root.KeyPacketBody(k, [4]byte{0x53, 0xf3, 0x5f, 0x0b})
	if wantBody := unhex(t, "04 53f35f0b 16 09 2b06010401da470f01 0107 40 3f098994bdd916ed4053197934e4a87c80733a1280d62f8010992e43ee3b2406"); !bytes.Equal(body, wantBody) {
		t.Errorf("packet %x\nwant   %x", body, wantBody)
	}
	if same, err := root.NewHeader(k, time.Unix(0x53f35f0b, 0).In(time.FixedZone("x", 7200))); err != nil || !bytes.Equal(same, h) {
		t.Errorf("the zone changes the header: %x, %v", same, err)
	}
}

func TestHeaderRefuses(t *testing.T) {
	ed := newSigner(t, root.Ed25519).PublicKey
	for _, c := range []struct {
		name string
		key  root.PublicKey
		at   time.Time
		want string
	}{
		{"P-256", newSigner(t, root.P256).PublicKey, day(1), "needs an Ed25519 key, this one is of ecdsa-p256"},
		{"no key", root.PublicKey{}, day(1), "needs an Ed25519 key"},
		{"no time", ed, time.Time{}, "from 1970 to 2106"},
		{"1970", ed, time.Unix(0, 0), "from 1970 to 2106"},
		{"2106", ed, time.Unix(1<<32, 0), "from 1970 to 2106"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if h, err := root.NewHeader(c.key, c.at); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%x, %v", h, err)
			}
		})
	}
	if _, err := root.NewHeader(ed, time.Unix(1<<32-1, 0)); err != nil {
		t.Error(err)
	}
}

// GnuPG takes one of our signatures as a detached signature of the canonical
// bytes, made by the key that our header names, and no other bytes.
func TestGnuPGAccepts(t *testing.T) {
	if _, err := exec.LookPath("gpg"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("gpg is not installed")
		}
		t.Skip("gpg is not installed")
	}
	k := newSigner(t, root.Ed25519)
	spec := condaGenesis(publics([]signer{k}), 1, newSigner(t, root.Ed25519).PublicKey)
	spec.SigningTime = at(t, "2025-06-01T12:00:00Z") // past, for gpg goes by its own clock
	c := draft(t, nil, spec)
	sig := signAll(t, c, k)[0]

	home := t.TempDir()
	if err := os.Chmod(home, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(name string, b []byte) string {
		path := filepath.Join(home, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	gpg := func(args ...string) (string, error) {
		args = append([]string{"--homedir", home, "--batch", "--no-autostart", "--trust-model", "always", "--status-fd", "1"}, args...)
		out, err := exec.Command("gpg", args...).CombinedOutput()
		return string(out), err
	}
	if out, err := gpg("--import", write("key.gpg", certificate(t, k, spec.SigningTime))); err != nil {
		t.Fatalf("import: %v\n%s", err, out)
	}
	data, packet := c.Root.Signed(), signaturePacket(sig, c)
	out, err := gpg("--verify", write("good.sig", packet), write("root", data))
	fingerprint := strings.ToUpper(hex.EncodeToString(sig.Header[9:29]))
	if err != nil || !strings.Contains(out, "[GNUPG:] VALIDSIG "+fingerprint+" 2025-06-01 ") {
		t.Errorf("gpg does not accept the signature of %s: %v\n%s", fingerprint, err, out)
	}
	for _, i := range []int{0, len(data) / 2, len(data) - 1} {
		bad := slices.Clone(data)
		bad[i] ^= 1
		if out, err := gpg("--verify", write("good.sig", packet), write("bad", bad)); err == nil || !strings.Contains(out, "BADSIG") {
			t.Errorf("gpg accepts data with byte %d flipped: %v\n%s", i, err, out)
		}
	}
	packet[len(packet)-1] ^= 1
	if out, err := gpg("--verify", write("bad.sig", packet), write("root", data)); err == nil {
		t.Errorf("gpg accepts a signature with a bit flipped:\n%s", out)
	}
}

// packet is an old-format packet of less than 256 bytes (RFC 4880, 4.2.1).
func packet(tag byte, body []byte) []byte {
	return append([]byte{0x80 | tag<<2, byte(len(body))}, body...)
}

// mpi is a multi-precision integer (RFC 4880, 3.2).
func mpi(n []byte) []byte {
	for len(n) > 0 && n[0] == 0 {
		n = n[1:]
	}
	if len(n) == 0 {
		return []byte{0, 0}
	}
	size := 8*len(n) - bits.LeadingZeros8(n[0])
	return append(binary.BigEndian.AppendUint16(nil, uint16(size)), n...)
}

// unhashed is what GnuPG writes outside the hashed part: the key's short id,
// by which it looks for the key.
func unhashed(fingerprint []byte) []byte {
	return append([]byte{0, 10, 9, 16}, fingerprint[12:20]...)
}

// signaturePacket is a signature as OpenPGP writes it: the header is its
// hashed part.
func signaturePacket(s root.Signature, c *root.Candidate) []byte {
	m, err := c.Message(s.Key, s.Header)
	if err != nil {
		panic(err)
	}
	return packet(2, slices.Concat(s.Header, unhashed(s.Header[9:29]), m.Bytes()[:2], mpi(s.Sig[:32]), mpi(s.Sig[32:])))
}

// certificate is the OpenPGP certificate of a key: key packet, name, and the
// signature that ties them (RFC 4880, 5.2.4, type 0x13), with leave to sign.
func certificate(t *testing.T, k signer, made time.Time) []byte {
	t.Helper()
	stamp := [4]byte(binary.BigEndian.AppendUint32(nil, uint32(made.Unix())))
	body := root.KeyPacketBody(k.PublicKey, stamp)
	name := []byte("Rootmoot test")
	fingerprint := sha1.Sum(append([]byte{0x99, 0, byte(len(body))}, body...))
	subpackets := slices.Concat([]byte{22, 33, 4}, fingerprint[:], []byte{5, 2}, stamp[:], []byte{2, 27, 0x02})
	hashed := append([]byte{4, 0x13, 22, 8, 0, byte(len(subpackets))}, subpackets...)
	digest := sha256Of(slices.Concat(
		[]byte{0x99, 0, byte(len(body))}, body,
		[]byte{0xb4, 0, 0, 0, byte(len(name))}, name,
		hashed, []byte{4, 0xff, 0, 0, 0, byte(len(hashed))},
	))
	sig := k.sign(t, digest)
	return slices.Concat(
		packet(6, body), packet(13, name),
		packet(2, slices.Concat(hashed, unhashed(fingerprint[:]), digest[:2], mpi(sig[:32]), mpi(sig[32:]))),
	)
}
