package words

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The published list has this digest; it is quoted by many implementations.
const bip39Digest = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"

func TestLists(t *testing.T) {
	tests := []struct {
		name   string
		text   string
		length int
		sorted bool
		digest string
	}{
		// The odd column has Apollo after applicant, in all published copies.
		{"even", evenText, 256, true, "37a65f88512467edd12a1ab3eeb5f4328230e86711a8efde6333361ce10f4fcf"},
		{"odd", oddText, 256, false, "c2f23c2233d4d7291107e8f796c374d0cb1fb30c1391bcb4f6480243de8ebf5a"},
		{"bip39", bip39Text, 2048, true, bip39Digest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			words := list(tt.text)
			if len(words) != tt.length {
				t.Errorf("%d words, want %d", len(words), tt.length)
			}
			if sum := sha256.Sum256([]byte(tt.text)); hex.EncodeToString(sum[:]) != tt.digest {
				t.Errorf("SHA-256 of the list is %x, want %s", sum, tt.digest)
			}
			folded := strings.Fields(strings.ToLower(tt.text))
			if slices.IsSorted(folded) != tt.sorted {
				t.Errorf("sorted is %v, want %v", !tt.sorted, tt.sorted)
			}
			slices.Sort(folded)
			if len(slices.Compact(folded)) != tt.length {
				t.Error("a word stands twice")
			}
		})
	}
	for _, word := range list(evenText) {
		if index(list(oddText), word) >= 0 {
			t.Errorf("%q stands in both columns", word)
		}
	}
}

// The example that goes with the list wherever it is published: the
// fingerprint of a PGP key.
func TestPGPKnownAnswer(t *testing.T) {
	raw, err := hex.DecodeString("E58294F2E9A227486E8B061B31CC528FD7FA3F19")
	if err != nil {
		t.Fatal(err)
	}
	const want = "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa " +
		"afflict bravado chatter revolver Dupont midsummer stopwatch whimsical cowbell bottomless"
	if got := strings.Join(pgpWords(raw), " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got, err := pgpBytes(strings.Fields(strings.ToUpper(want)))
	if err != nil || !bytes.Equal(got, raw) {
		t.Errorf("decoded %x, %v", got, err)
	}
}

// The vectors of 256 bits of BIP39 itself (trezor/python-mnemonic vectors.json).
func TestBIP39KnownAnswers(t *testing.T) {
	tests := []struct {
		name  string
		fill  byte
		words string
	}{
		{"zeros", 0x00, strings.Repeat("abandon ", 23) + "art"},
		{"7f", 0x7f, strings.Repeat("legal winner thank year wave sausage worth useful ", 2) +
			"legal winner thank year wave sausage worth title"},
		{"80", 0x80, strings.Repeat("letter advice cage absurd amount doctor acoustic avoid ", 2) +
			"letter advice cage absurd amount doctor acoustic bless"},
		{"ones", 0xff, strings.Repeat("zoo ", 23) + "vote"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			digest := [32]byte(bytes.Repeat([]byte{tt.fill}, 32))
			if got := strings.Join(EncodeBIP39(digest), " "); got != tt.words {
				t.Errorf("got  %s\nwant %s", got, tt.words)
			}
			got, err := DecodeBIP39(tt.words)
			if err != nil || got != digest {
				t.Errorf("decoded %x, %v", got, err)
			}
		})
	}
}

func TestEveryByte(t *testing.T) {
	for b := range 256 {
		digest := [32]byte(bytes.Repeat([]byte{byte(b)}, 32))
		digest[31] = 0 // so that BIP39 is not always of one pattern
		if got, err := DecodePGP(strings.Join(EncodePGP(digest), "\n")); err != nil || got != digest {
			t.Errorf("PGP %02x: %x, %v", b, got, err)
		}
		if got, err := DecodeBIP39(strings.ToUpper(strings.Join(EncodeBIP39(digest), "  "))); err != nil || got != digest {
			t.Errorf("BIP39 %02x: %x, %v", b, got, err)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	digest := sha256.Sum256([]byte("a plan"))
	pgp, bip := EncodePGP(digest), EncodeBIP39(digest)
	edit := func(words []string, f func(w []string) []string) string {
		return strings.Join(f(slices.Clone(words)), " ")
	}
	swap := func(i, j int) func([]string) []string {
		return func(w []string) []string { w[i], w[j] = w[j], w[i]; return w }
	}
	set := func(i int, word string) func([]string) []string {
		return func(w []string) []string { w[i] = word; return w }
	}
	drop := func(i int) func([]string) []string {
		return func(w []string) []string { return slices.Delete(w, i, i+1) }
	}
	type want struct {
		Fault    Fault
		Position int
		Text     string
	}
	tests := []struct {
		name   string
		decode func(string) ([32]byte, error)
		typed  string
		want   want
	}{
		{"PGP unknown", DecodePGP, edit(pgp, set(6, "aardwolf")), want{FaultUnknown, 7, `word 7, "aardwolf": not in the PGP word list`}},
		{"PGP Kelvin sign", DecodePGP, edit(pgp, set(6, "\u212aeyboard")), want{FaultUnknown, 7, `word 7, "` + "\u212a" + `eyboard": not in the PGP word list`}},
		{"PGP swapped neighbours", DecodePGP, edit(pgp, swap(4, 5)), want{
			FaultColumn, 5,
			`word 5, "` + pgp[5] + `": a word of three syllables where one of two belongs: is a word missing, doubled or swapped before it?`,
		}},
		{"PGP missing", DecodePGP, edit(pgp, drop(3)), want{
			FaultColumn, 4,
			`word 4, "` + pgp[4] + `": a word of two syllables where one of three belongs: is a word missing, doubled or swapped before it?`,
		}},
		{"PGP last missing", DecodePGP, edit(pgp, drop(31)), want{FaultCount, 0, "words: 31 typed where 32 are needed"}},
		{"PGP two more", DecodePGP, strings.Join(append(slices.Clone(pgp), pgp[:2]...), " "), want{FaultCount, 0, "words: 34 typed where 32 are needed"}},
		{"PGP nothing", DecodePGP, " ", want{FaultCount, 0, "words: 0 typed where 32 are needed"}},
		{"BIP39 unknown", DecodeBIP39, edit(bip, set(23, "abandoned")), want{FaultUnknown, 24, `word 24, "abandoned": not in the BIP39 word list`}},
		{"BIP39 first letters only", DecodeBIP39, edit(bip, set(0, "aban")), want{FaultUnknown, 1, `word 1, "aban": not in the BIP39 word list`}},
		{"BIP39 missing", DecodeBIP39, edit(bip, drop(3)), want{FaultCount, 0, "words: 23 typed where 24 are needed"}},
		{"BIP39 swapped", DecodeBIP39, edit(bip, swap(2, 9)), want{FaultChecksum, 0, "words: all are known, but the checksum fails: one is wrong, or two are swapped"}},
		{"endless word", DecodeBIP39, strings.Repeat("a", 1000), want{FaultUnknown, 1, `word 1, "aaaaaaaaaaaaaaaaaaaaaaaa...": not in the BIP39 word list`}},
		{"bidi in a word", DecodeBIP39, "\u202ezoo", want{FaultUnknown, 1, `word 1, "\u202ezoo": not in the BIP39 word list`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.decode(tt.typed)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if diff := cmp.Diff(tt.want, want{e.Fault, e.Position, e.Error()}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got != [32]byte{} {
				t.Errorf("a digest came with the error: %x", got)
			}
		})
	}
}

// Of all single wrong words, only those with a matching checksum pass: about
// one in 256.
func TestChecksumCatches(t *testing.T) {
	words := EncodeBIP39(sha256.Sum256([]byte("x")))
	passed := 0
	for _, w := range list(bip39Text) {
		typed := slices.Clone(words)
		typed[11] = w
		if _, err := DecodeBIP39(strings.Join(typed, " ")); err == nil {
			passed++
		}
	}
	if passed < 1 || passed > 25 {
		t.Errorf("%d of 2048 pass, want about 8 and the right one", passed)
	}
}

func FuzzDecode(f *testing.F) {
	digest := sha256.Sum256(nil)
	f.Add(strings.Join(EncodePGP(digest), " "))
	f.Add(strings.Join(EncodeBIP39(digest), " "))
	f.Add("zoo \u202e \xff")
	f.Fuzz(func(t *testing.T, typed string) {
		same := func(words []string) bool {
			return strings.EqualFold(strings.Join(words, " "), strings.Join(strings.Fields(typed), " "))
		}
		if d, err := DecodePGP(typed); err == nil && !same(EncodePGP(d)) {
			t.Errorf("PGP: %q is read as %x, which has other words", typed, d)
		}
		if d, err := DecodeBIP39(typed); err == nil && !same(EncodeBIP39(d)) {
			t.Errorf("BIP39: %q is read as %x, which has other words", typed, d)
		}
	})
}
