package qr

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// transfer is the frame of a file that nobody would send: whatever is packed,
// announced by any digest.
func transfer(packed []byte, id ID) string {
	f := frame{id: id, packed: len(packed)}
	f.parts = append(bytes.Clone(packed), make([]byte, partCount(len(packed))*partSize(len(packed))-len(packed))...)
	return f.line()
}

func deflate(t testing.TB, payload []byte) []byte {
	t.Helper()
	packed, err := pack(payload)
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

// What is announced and comes whole can still be hostile.
func TestPayloadRefuses(t *testing.T) {
	idOf := func(payload []byte) ID {
		sum := sha256.Sum256(payload)
		return ID(sum[:idSize])
	}
	bomb := make([]byte, 1<<20)
	text := []byte("a contribution")
	dangling := transfer(deflate(t, text), idOf(text))
	unfilled, err := parseFrame(dangling)
	if err != nil {
		t.Fatal(err)
	}
	if unfilled.packed == len(unfilled.parts) {
		t.Fatal("the last part is full; take another text")
	}
	unfilled.parts[len(unfilled.parts)-1] = 1
	for _, tt := range []struct{ name, line, want string }{
		{"a bomb", transfer(deflate(t, bomb), idOf(bomb)), "the frames do not make the file that they announce: it is longer than 262144 bytes when decompressed"},
		{"no deflate", transfer([]byte("\xff\xff"), idOf(nil)), "the frames do not make the file that they announce: it cannot be decompressed: flate: corrupt input before offset 1"},
		{"cut off", transfer(deflate(t, text)[:5], idOf(text)), "the frames do not make the file that they announce: it cannot be decompressed: unexpected EOF"},
		{"more behind it", transfer(append(deflate(t, text), 0), idOf(text)), "the frames do not make the file that they announce: 1 bytes follow the compressed file"},
		{"another file", transfer(deflate(t, text), idOf([]byte("another"))), "the frames do not make the file that they announce: its SHA-256 begins with 04b40dbad63030d2, not ae448ac86c4e8e4d"},
		{"not filled up with zeros", unfilled.line(), "the frames do not make the file that they announce: its last part is not filled up with zeros"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := receive(t, tt.line).Payload()
			if !errors.Is(err, ErrDigest) || err.Error() != tt.want {
				t.Errorf("%d bytes, %v; want %s", len(got), err, tt.want)
			}
		})
	}
}

// A bomb of the largest size, a thousand times as much when decompressed, takes
// no more memory than a file.
func TestBombMemory(t *testing.T) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	for packed.Len() < MaxPayload-2000 {
		if _, err := w.Write(make([]byte, 1<<16)); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := unpack(packed.Bytes(), ID{}); !errors.Is(err, ErrDigest) {
		t.Errorf("got %v", err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 8*MaxPayload {
		t.Errorf("%d bytes of memory", used)
	}
}

// One line that claims the largest file takes little memory.
func TestClaimMemory(t *testing.T) {
	f := frame{packed: maxPacked, parts: make([]byte, partSize(maxPacked))}
	line := f.line()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := receive(t, line)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<10 {
		t.Errorf("%d bytes of memory", used)
	}
	runtime.KeepAlive(r)
}

func TestFind(t *testing.T) {
	a, b := sender(t, 60).Frame(0, 2), sender(t, 70).Frame(3, 2)
	for _, tt := range []struct {
		name, line string
		want       []string
	}{
		{"alone", a, []string{a}},
		{"zbarimg", "QR-Code:" + a, []string{a}},
		{"a table", "2026-11-01,QR_CODE,\"" + a + "\",ok", []string{a}},
		{"two", a + "; " + b, []string{a, b}},
		{"two without a gap", a + " " + a, []string{a, a}},
		{"lower case", strings.ToLower(a) + ".", []string{strings.ToLower(a)}},
		{"another version", "see ROOTMOOT12:ABC", []string{"ROOTMOOT12:ABC"}},
		{"a sentence", "Rootmoot: shows codes; ROOTMOOT1 is not one", nil},
		{"nothing", "", nil},
		{"not text", "\xff\xfe" + a + "\xff", []string{a}},
		{"digits without end", "ROOTMOOT" + strings.Repeat("1", 1000), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Find(tt.line); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
