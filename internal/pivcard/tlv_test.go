package pivcard

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReadTLV(t *testing.T) {
	long := strings.Repeat("00", 128)
	for _, c := range []struct {
		name, in   string
		tag        uint16
		length     int
		rest, fail string
	}{
		{name: "short", in: "5C 03 5FC105", tag: 0x5C, length: 3},
		{name: "rest", in: "01 01 11 02", tag: 1, length: 1, rest: "02"},
		{name: "two-byte tag", in: "7F49 00", tag: 0x7F49, length: 0},
		{name: "one length byte", in: "70 81 80" + long, tag: 0x70, length: 128},
		{name: "two length bytes", in: "70 82 0100" + long + long, tag: 0x70, length: 256},
		{name: "nothing", in: "", fail: "no bytes"},
		{name: "tag 00", in: "00 00", fail: "no tag"},
		{name: "tag cut", in: "7F", fail: "second byte"},
		{name: "three-byte tag", in: "7F 81 01 00", fail: "second byte"},
		{name: "low tag in two bytes", in: "7F 01 00", fail: "second byte"},
		{name: "no length", in: "70", fail: "length is missing"},
		{name: "length cut", in: "70 82 01", fail: "shortest form"},
		{name: "length not shortest", in: "70 81 01 00", fail: "shortest form"},
		{name: "length not shortest, two", in: "70 82 0080" + long, fail: "shortest form"},
		{name: "indefinite", in: "70 80 00 00", fail: "shortest form"},
		{name: "value cut", in: "70 02 00", fail: "only 1 bytes follow"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, rest, err := readTLV(unhex(t, c.in))
			if c.fail != "" {
				if err == nil || !strings.Contains(err.Error(), c.fail) {
					t.Errorf("%v, want an error with %q", err, c.fail)
				}
				return
			}
			if err != nil || got.tag != c.tag || len(got.value) != c.length || !bytes.Equal(rest, unhex(t, c.rest)) {
				t.Errorf("tag %X, %d bytes, rest %x, %v", got.tag, len(got.value), rest, err)
			}
		})
	}
}

// What is read is written back as the same bytes.
func FuzzTLV(f *testing.F) {
	for _, s := range []string{"61114F0600001000010079074F05A000000308", "7F4902860 0", "0101110202020103010104020102", "5C035FC105", "708200 80", "7C818000"} {
		b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
		if err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ts, err := readTLVs(b)
		if err != nil {
			return
		}
		var out []byte
		for _, x := range ts {
			out = appendTLV(out, x.tag, x.value)
		}
		if !bytes.Equal(out, b) {
			t.Errorf("read %x, written %x", b, out)
		}
	})
}
