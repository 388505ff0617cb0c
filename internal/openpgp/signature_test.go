package openpgp_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/bits"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/openpgp"
)

// What the two signers of Anaconda's production root put into it, with the
// digests that they signed: the packets that they were cut from are put together
// again by [packet].
var production = []struct{ header, left, sig string }{
	{
		"04001608001d162104e6dffee4638f24cfa60a08ba03afe1314a3a38fc050260621281", "1d95",
		"29d53d4e7dbea0a3efb07266d22e57cf4df7abe004453981c631245716e1b737c7a6b4ab95f42592af70be67abf56e97020e1aa1f52b49ef39b37481f05d5701",
	},
	{
		"04001608001d162104d2ca1d4bf5d77e7c312534284dd9c45328b685ec0502605dbb03", "cc39",
		"b71c9b3aa60e77258c402e574397127bcb4bc15ef3055ada8539b0d1e355bf1415a135fb7cecc9244f839a929f6b1f82844a5b3df8d6225ec9a50b181692490f",
	},
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// body is a signature packet's body from its parts.
func body(header, unhashed, left, r, s []byte) []byte {
	return slices.Concat(header, []byte{0, byte(len(unhashed))}, unhashed, left, number(r), number(s))
}

// number is an MPI, without leading zeros.
func number(n []byte) []byte {
	n = bytes.TrimLeft(n, "\x00")
	size := 0
	if len(n) > 0 {
		size = 8*len(n) - bits.LeadingZeros8(n[0])
	}
	return append(binary.BigEndian.AppendUint16(nil, uint16(size)), n...)
}

func keyID(header []byte) []byte { return append([]byte{9, 16}, header[21:29]...) }

// old and new are the two forms of a packet's header.
func old(tag byte, body []byte) []byte {
	return append([]byte{0x80 | tag<<2, byte(len(body))}, body...)
}

func fresh(tag byte, body []byte) []byte { return append([]byte{0xc0 | tag, byte(len(body))}, body...) }

func packet(t testing.TB, header, left, sig string) []byte {
	h, s := unhex(t, header), unhex(t, sig)
	return old(2, body(h, keyID(h), unhex(t, left), s[:32], s[32:]))
}

func TestProductionRoot(t *testing.T) {
	for i, p := range production {
		raw := packet(t, p.header, p.left, p.sig)
		s, err := openpgp.ParseSignature(raw)
		if err != nil {
			t.Fatal(err)
		}
		if hex.EncodeToString(s.Header) != p.header || hex.EncodeToString(s.Sig[:]) != p.sig || hex.EncodeToString(s.Left[:]) != p.left {
			t.Errorf("%x\n%x", s.Header, s.Sig)
		}
		want := []string{"2021-03-29T17:46:41Z", "2021-03-26T10:44:19Z"}[i]
		if s.Made.Format(time.RFC3339) != want || s.Fingerprint() != strings.ToUpper(p.header[18:58]) {
			t.Errorf("made %v by %s", s.Made, s.Fingerprint())
		}
	}
}

// TestHeaders: every form of length that RFC 4880 has for a whole packet.
func TestHeaders(t *testing.T) {
	p := production[0]
	want, err := openpgp.ParseSignature(packet(t, p.header, p.left, p.sig))
	if err != nil {
		t.Fatal(err)
	}
	b := packet(t, p.header, p.left, p.sig)[2:]
	n := byte(len(b))
	for _, head := range [][]byte{{0x88, n}, {0x89, 0, n}, {0x8a, 0, 0, 0, n}, {0xc2, n}, {0xc2, 0xff, 0, 0, 0, n}} {
		if got, err := openpgp.ParseSignature(append(head, b...)); err != nil || got.Sig != want.Sig {
			t.Errorf("header %x: %v", head, err)
		}
	}
}

// TestRefuses: each with the reason, and with what to do.
func TestRefuses(t *testing.T) {
	p := production[0]
	good := packet(t, p.header, p.left, p.sig)
	h, left, sig := unhex(t, p.header), unhex(t, p.left), unhex(t, p.sig)
	r, s := sig[:32], sig[32:]
	with := func(at int, b byte) []byte {
		out := bytes.Clone(h)
		out[at] = b
		return old(2, body(out, keyID(h), left, r, s))
	}
	hashed := func(more ...byte) []byte {
		out := append(bytes.Clone(h), more...)
		out[5] += byte(len(more))
		return old(2, body(out, keyID(h), left, r, s))
	}
	for _, c := range []struct {
		name     string
		raw      []byte
		what, do string
	}{
		{"nothing", nil, "begins with no packet", "exact command"},
		{"armoured", []byte("\n-----BEGIN PGP SIGNATURE-----\n"), "is armoured", "--no-armor"},
		{"text", []byte("{}"), "begins with no packet", "exact command"},
		{"too large", make([]byte, openpgp.MaxSignature+1), "has about 120", "exact command"},
		{"not detached", fresh(8, []byte{1, 2}), "a signed message", "--detach-sign"},
		{"one pass", old(4, []byte{1, 2}), "a signed message", "--detach-sign"},
		{"a key", old(6, []byte{4}), "packet of tag 6", "exact command"},
		{"two signatures", slices.Concat(good, good), "119 bytes stand behind the first", "with one key"},
		{"in parts", append([]byte{0xc2, 0xe1}, good[2:]...), "in parts", "exact command"},
		{"unknown length", append([]byte{0x8b}, good[2:]...), "unknown", "exact command"},
		{"huge", []byte{0xc2, 0xff, 0xff, 0xff, 0xff, 0xff}, "too large", "exact command"},
		{"version 3", with(0, 3), "of version 3", "GnuPG"},
		{"version 6", with(0, 6), "of version 6", "GnuPG"},
		{"text type", with(1, 1), "is over text (type 0x01)", "--textmode"},
		{"certification", with(1, 0x13), "of type 0x13", "exact command"},
		{"RSA", with(2, 1), "algorithm is 1,", "that the plan names"},
		{"algorithm 27", with(2, 27), "27 (Ed25519 of RFC 9580)", "EdDSA"},
		{"SHA-512", with(3, 10), "SHA-512", "--digest-algo SHA256"},
		{"SHA-1", with(3, 2), "hashes with algorithm 2", "--digest-algo SHA256"},
		{"hashed cut", with(5, 0xff), "hashed subpackets are cut short", "exact command"},
		{"issuer of version 6", with(8, 6), "hashed subpacket of type 33", "--no-options"},
		{"notation", hashed(5, 20, 0, 0, 0, 0), "hashed subpacket of type 20, of 4 bytes", "--no-options"},
		{"critical", hashed(5, 0x80|20, 0, 0, 0, 0), "hashed subpacket of type 20", "--no-options"},
		{"expiry", hashed(5, 3, 0, 0, 0, 1), "hashed subpacket of type 3", "--no-options"},
		{"empty subpacket", hashed(0), "a subpacket is cut short, empty", "--no-options"},
		{"two times", hashed(5, 2, 0, 0, 0, 1), "its time 2 times", "exact command"},
		{"no time", old(2, body(append(unhex(t, "040016080017"), h[6:29]...), keyID(h), left, r, s)), "its time 0 times", "exact command"},
		{"another key id", old(2, body(h, []byte{9, 16, 1, 2, 3, 4, 5, 6, 7, 8}, left, r, s)), "key id is 0102030405060708", "exact command"},
		{"unhashed notation", old(2, body(h, []byte{5, 20, 0, 0, 0, 0}, left, r, s)), "unhashed subpacket of type 20", "--no-options"},
		{"unhashed time", old(2, body(h, []byte{5, 2, 0, 0, 0, 0}, left, r, s)), "unhashed subpacket of type 2", "--no-options"},
		{"no R", old(2, slices.Concat(h, []byte{0, 0}, left)), "R is cut short", "exact command"},
		{"no digest", old(2, slices.Concat(h, []byte{0, 0, 1})), "cut short before R", "exact command"},
		{"no S", old(2, slices.Concat(h, []byte{0, 0}, left, number(r))), "S is cut short", "exact command"},
		{"more behind S", old(2, append(body(h, keyID(h), left, r, s), 0)), "1 bytes stand behind S", "exact command"},
		{"long R", old(2, body(h, keyID(h), left, append([]byte{1}, r...), s)), "R has 257 bits", "exact command"},
		{"R with a zero before", old(2, slices.Concat(h, []byte{0, 0}, left, []byte{1, 0}, r, number(s))), "R is cut short, or not as long as it says", "exact command"},
		{"cut", good[:len(good)-1], "says 117 bytes, 116 are there", "exact command"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := openpgp.ParseSignature(c.raw)
			var f *openpgp.Fault
			if !errors.As(err, &f) || !strings.Contains(f.What, c.what) || !strings.Contains(f.Do, c.do) || f.Do == "" {
				t.Errorf("%v, %+v", err, f)
			}
		})
	}
}

// TestShort: R and S are padded to 32 bytes, also where several bytes are zero.
func TestShort(t *testing.T) {
	h := unhex(t, production[0].header)
	for _, zeros := range []int{0, 1, 2, 31, 32} {
		var want [64]byte
		for i := range want {
			if i%32 >= zeros {
				want[i] = byte(i + 1)
			}
		}
		s, err := openpgp.ParseSignature(old(2, body(h, nil, []byte{1, 2}, want[:32], want[32:])))
		if err != nil || s.Sig != want {
			t.Errorf("%d zeros: %x, %v", zeros, s.Sig, err)
		}
	}
}

// signed is a signature by a key of the test's own, whose digest over data is
// what a verifier would compute.
func signed(t testing.TB) (raw, data []byte, key ed25519.PublicKey) {
	t.Helper()
	private := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	h, data := unhex(t, production[0].header), []byte("{}")
	digest := digestOf(data, h)
	sig := ed25519.Sign(private, digest)
	return old(2, body(h, keyID(h), digest[:2], sig[:32], sig[32:])), data, private.Public().(ed25519.PublicKey)
}

func digestOf(data, header []byte) []byte {
	d := sha256.Sum256(slices.Concat(data, header, []byte{4, 0xff}, binary.BigEndian.AppendUint32(nil, uint32(len(header)))))
	return d[:]
}

// holds is what whoever takes a signature checks.
func holds(s openpgp.Signature, data []byte, key ed25519.PublicKey) bool {
	digest := digestOf(data, s.Header)
	return bytes.Equal(digest[:2], s.Left[:]) && ed25519.Verify(key, digest, s.Sig[:])
}

// TestMangled: no byte of a signature can be another. What is not read, nobody
// could hide anything in: there is none.
func TestMangled(t *testing.T) {
	raw, data, key := signed(t)
	if s, err := openpgp.ParseSignature(raw); err != nil || !holds(s, data, key) {
		t.Fatal(err)
	}
	for i := range raw {
		for b := range 256 {
			bad := bytes.Clone(raw)
			if bad[i] == byte(b) {
				continue
			}
			bad[i] = byte(b)
			// The tag is the same in both forms of a packet's header.
			if s, err := openpgp.ParseSignature(bad); err == nil && holds(s, data, key) && (i != 0 || b != 0xc2) {
				t.Errorf("byte %d as %02x is taken", i, b)
			}
		}
		if _, err := openpgp.ParseSignature(raw[:i]); err == nil {
			t.Errorf("the first %d bytes are taken", i)
		}
	}
}

// FuzzSignature: whatever is taken has one meaning: written by the rules of
// RFC 4880 from what was read, it reads the same.
func FuzzSignature(f *testing.F) {
	for _, p := range production {
		f.Add(packet(f, p.header, p.left, p.sig))
	}
	raw, _, _ := signed(f)
	f.Add(raw)
	f.Add(append([]byte{0xc2, 0xff, 0, 0, 0}, raw[1:]...))
	f.Add([]byte("-----BEGIN PGP SIGNATURE-----\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := openpgp.ParseSignature(raw)
		if err != nil {
			var fault *openpgp.Fault
			if !errors.As(err, &fault) || fault.Do == "" {
				t.Fatalf("%v says not what to do", err)
			}
			return
		}
		again, err := openpgp.ParseSignature(old(2, body(s.Header, append([]byte{9, 16}, s.Issuer[12:]...), s.Left[:], s.Sig[:32], s.Sig[32:])))
		if err != nil || !bytes.Equal(again.Header, s.Header) || again.Sig != s.Sig || again.Issuer != s.Issuer || !again.Made.Equal(s.Made) {
			t.Errorf("%+v\nread again: %+v, %v", s, again, err)
		}
	})
}
