package pivcard

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"testing"

	mathrand "math/rand/v2"
)

// seeded is a source that gives the same keys in every run.
func seeded(n byte) io.Reader { return mathrand.NewChaCha8([32]byte{n}) }

var v574 = Version{5, 7, 4}

func newCard(t testing.TB, v Version, cfg Config) *Card {
	t.Helper()
	if cfg.Rand == nil {
		cfg.Rand = seeded(1)
	}
	c, err := New(Model{Serial: 0x00AE17FB, Firmware: v, FormFactor: 1}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func transmit(t testing.TB, c *Card, apdu string) []byte {
	t.Helper()
	b, err := c.Transmit(t.Context(), unhex(t, apdu))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	selectPIV = "00A4040005A000000308"
	goodPIN   = "0020008008 3132333435 36FFFF"
	wrongPIN  = "0020008008 3939393939 39FFFF"
	blockPUK  = "002C008010 3939393939393939 3132333435 36FFFF"
	pinStatus = "0020008000"
	clearPIN  = "0020FF8000"
	makeP256  = "0047009C0B AC09 800111 AA0103 AB0101"
)

// Each row is a conversation with a fresh card: commands and the answers that
// must come. Expectations are those of NIST SP 800-73-4 and of the traces in
// Yubico's manuals. A trailing * matches any rest.
func TestConversations(t *testing.T) {
	for _, c := range []struct {
		name    string
		version Version
		talk    []string
	}{
		{"select short", v574, []string{selectPIV, "61114F0600001000010079074F05A0000003089000"}},
		{"select full, with Le", v574, []string{"00A404000BA00000030800001000010000", "61*"}},
		{"select unknown", v574, []string{"00A4040005A000000309", "6A82"}},
		{"select too short", v574, []string{"00A4040004A0000003", "6A82"}},
		{"nothing selected", v574, []string{pinStatus, "6D00"}},
		{"version and serial", v574, []string{selectPIV, "61*", "00FD000000", "0507049000", "00F8000000", "00AE17FB9000"}},
		{"serial on old firmware", Version{4, 3, 7}, []string{selectPIV, "61*", "00F8000000", "6D00"}},
		{"metadata on old firmware", Version{5, 2, 7}, []string{selectPIV, "61*", "00F7008000", "6D00"}},
		{"management applet", v574, []string{
			"00A4040008A000000527471117", "*", "001D000000",
			"14010110 020400AE17FB 030110 040101 0503050704 9000",
		}},
		{"metadata pin", v574, []string{selectPIV, "61*", "00F7008000", "0101FF 050101 06020303 9000"}},
		{"metadata management, aes from 5.7", v574, []string{selectPIV, "61*", "00F7009B00", "01010A 02020001 050101 9000"}},
		{"metadata management, 3des before", Version{5, 4, 3}, []string{selectPIV, "61*", "00F7009B00", "010103 02020001 050101 9000"}},
		{"metadata of an empty slot", v574, []string{selectPIV, "61*", "00F7009C00", "6A88"}},
		{"pin: 63C2, 63C1, 6983", v574, []string{
			selectPIV, "61*", pinStatus, "63C3", wrongPIN, "63C2", wrongPIN, "63C1", wrongPIN, "6983",
			goodPIN, "6983", pinStatus, "6983",
		}},
		{"right pin gives tries back", v574, []string{selectPIV, "61*", wrongPIN, "63C2", goodPIN, "9000", pinStatus, "9000", clearPIN, "9000", pinStatus, "63C3"}},
		{"wrong pin drops the right one", v574, []string{selectPIV, "61*", goodPIN, "9000", wrongPIN, "63C2", pinStatus, "63C2"}},
		{"reselecting keeps the pin", v574, []string{selectPIV, "61*", goodPIN, "9000", selectPIV, "61*", pinStatus, "9000"}},
		{"unknown select keeps the pin", v574, []string{selectPIV, "61*", goodPIN, "9000", "00A4040005A000000309", "6A82", pinStatus, "9000"}},
		{"another applet drops the pin", v574, []string{selectPIV, "61*", goodPIN, "9000", "00A4040008A000000527471117", "*", selectPIV, "61*", pinStatus, "63C3"}},
		{"verify, other lengths and references", v574, []string{selectPIV, "61*", "0020008001 31", "6A80", "0020008100", "6A88", "0020018000", "6A86"}},
		{"change pin", v574, []string{
			selectPIV, "61*", "0024008010 3132333435 36FFFF 3635343332 31FFFF", "9000", goodPIN, "63C2",
			"0020008008 3635343332 31FFFF", "9000", "00F7008000", "0101FF 050100 06020303 9000",
		}},
		{"change pin, too short a new one costs no try", v574, []string{selectPIV, "61*", "0024008010 3132333435 36FFFF 3635343332 FFFFFF", "6985", pinStatus, "63C3"}},
		{"change pin, wrong old one", v574, []string{selectPIV, "61*", "0024008010 3939393435 36FFFF 3635343332 31FFFF", "63C2"}},
		{"change, wrong length", v574, []string{selectPIV, "61*", "0024008008 3132333435 36FFFF", "6A80"}},
		{"unblock", v574, []string{
			selectPIV, "61*", wrongPIN, "63C2", wrongPIN, "63C1", wrongPIN, "6983",
			"002C008010 3132333435363738 3635343332 31FFFF", "9000", "0020008008 3635343332 31FFFF", "9000",
		}},
		{"reset wants both blocked", v574, []string{
			selectPIV, "61*", "00FB000000", "6985", wrongPIN, "*", wrongPIN, "*", wrongPIN, "6983", "00FB000000", "6985",
			blockPUK, "63C2", blockPUK, "63C1", blockPUK, "6983", "00FB000000", "9000", goodPIN, "9000",
		}},
		{"retries want management key and pin", v574, []string{selectPIV, "61*", goodPIN, "9000", "00FA050500", "6982"}},
		{"generate wants the management key", v574, []string{selectPIV, "61*", makeP256, "6982"}},
		{"sign without a key", v574, []string{selectPIV, "61*", "0087119C06 7C04 8200 8100", "6A80"}},
		{"sign in no slot", v574, []string{selectPIV, "61*", "0087119906 7C04 8200 8100", "6A88"}},
		{"attest without a key", v574, []string{selectPIV, "61*", "00F99C0000", "6A80"}},
		{"object absent", v574, []string{selectPIV, "61*", "00CB3FFF05 5C03 5FC10A", "6A82"}},
		{"printed information wants the pin", v574, []string{selectPIV, "61*", "00CB3FFF05 5C03 5FC109", "6982", goodPIN, "9000", "00CB3FFF05 5C03 5FC109", "6A82"}},
		{"put wants the management key", v574, []string{selectPIV, "61*", "00DB3FFF07 5C03 5FC10A 5300", "6982"}},
		{"delete on old firmware", Version{5, 4, 3}, []string{selectPIV, "61*", "00F6FF9C00", "6D00"}},
		{"get response with nothing pending", v574, []string{selectPIV, "61*", "00C0000000", "6A80"}},
		{"response chain", v574, []string{selectPIV, "61*", "00CB3FFF05 5C03 5FFF01", "5382*61*", "00C0000000", "*9000", "00C0000000", "6A80"}},
		{"apdu too short", v574, []string{"00A404", "6700"}},
		{"lc beyond the end", v574, []string{selectPIV, "61*", "0020008008 31", "6700"}},
		{"extended length", v574, []string{selectPIV, "61*", "002000800000083132333435 36FFFF", "6700"}},
		{"unknown class", v574, []string{selectPIV, "61*", "80FD000000", "6E00"}},
		{"unknown instruction", v574, []string{selectPIV, "61*", "0001000000", "6D00"}},
		{"chain broken by another command", v574, []string{selectPIV, "61*", "1087119C01 00", "9000", "00FD000000", "6883", "00FD000000", "0507049000"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			card := newCard(t, c.version, Config{})
			for i := 0; i < len(c.talk); i += 2 {
				got := transmit(t, card, c.talk[i])
				if !matches(t, got, c.talk[i+1]) {
					t.Fatalf("%s answered %X, want %s", c.talk[i], got, c.talk[i+1])
				}
			}
		})
	}
}

// matches compares with hex in which * stands for any bytes.
func matches(t *testing.T, got []byte, pattern string) bool {
	parts := strings.Split(pattern, "*")
	first, last := unhex(t, parts[0]), unhex(t, parts[len(parts)-1])
	if len(parts) == 1 {
		return bytes.Equal(got, first)
	}
	if len(parts) == 3 { // status word of which only the first byte is known
		return bytes.HasPrefix(got, first) && len(got) > 2 && bytes.Equal(got[len(got)-2:len(got)-1], unhex(t, parts[1]))
	}
	return bytes.HasPrefix(got, first) && bytes.HasSuffix(got, last)
}

func TestChainedCommandLimit(t *testing.T) {
	card := newCard(t, v574, Config{})
	transmit(t, card, selectPIV)
	link := append([]byte{0x10, insAuthenticate, byte(P256), 0x9C, 0xFF}, make([]byte, 255)...)
	for i := range 12 { // 12 links are 3,060 bytes
		if b, _ := card.Transmit(t.Context(), link); !bytes.Equal(b, []byte{0x90, 0}) {
			t.Fatalf("link %d: %X", i, b)
		}
	}
	if b, _ := card.Transmit(t.Context(), link); !bytes.Equal(b, []byte{0x67, 0}) {
		t.Errorf("beyond %d bytes: %X, want 6700", maxData, b)
	}
}

func TestRemoveInsertPower(t *testing.T) {
	card := newCard(t, v574, Config{})
	transmit(t, card, selectPIV)
	transmit(t, card, goodPIN)
	card.Power()
	if got := transmit(t, card, pinStatus); !bytes.Equal(got, []byte{0x6D, 0}) {
		t.Errorf("after a power cycle: %X, want nothing selected", got)
	}
	card.Remove()
	if _, err := card.Transmit(t.Context(), unhex(t, selectPIV)); !errors.Is(err, ErrRemoved) {
		t.Errorf("removed: %v", err)
	}
	card.Insert()
	transmit(t, card, selectPIV)
	if got := transmit(t, card, pinStatus); !bytes.Equal(got, unhex(t, "63C3")) {
		t.Errorf("inserted: %X, want 63C3", got)
	}
}

// The state goes to Save before the card answers, and comes back with Load; a
// state that cannot be saved did not happen.
func TestSaveAndLoad(t *testing.T) {
	var saved []byte
	fail := false
	card := newCard(t, v574, Config{Save: func(b []byte) error {
		if fail {
			return errors.New("disk full")
		}
		saved = bytes.Clone(b)
		return nil
	}})
	transmit(t, card, selectPIV)
	transmit(t, card, wrongPIN)
	again, err := Load(saved, Config{Rand: seeded(2)})
	if err != nil {
		t.Fatal(err)
	}
	transmit(t, again, selectPIV)
	if got := transmit(t, again, pinStatus); !bytes.Equal(got, unhex(t, "63C2")) {
		t.Errorf("loaded card: %X, want 63C2", got)
	}
	fail = true
	if got := transmit(t, card, "0024008010 3132333435 36FFFF 3635343332 31FFFF"); !bytes.Equal(got, unhex(t, "6581")) {
		t.Errorf("cannot save: %X, want 6581", got)
	}
	fail = false
	if got := transmit(t, card, goodPIN); !bytes.Equal(got, unhex(t, "9000")) {
		t.Errorf("after a change that was undone, the old PIN: %X", got)
	}
}

func TestLoadRefuses(t *testing.T) {
	card := newCard(t, v574, Config{})
	good, err := card.State()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, new string }{
		{"format", `"format":1`, `"format":2`},
		{"unknown member", `"format":1`, `"format":1,"x":0`},
		{"tries", `"left":3`, `"left":4`},
		{"slot", `"keys":{}`, `"keys":{"77":{"algorithm":17,"pin":1,"touch":1,"private":""}}`},
		{"key", `"keys":{}`, `"keys":{"9c":{"algorithm":17,"pin":1,"touch":1,"private":"AAAA"}}`},
		{"management key", `"algorithm":10`, `"algorithm":12`},
		{"cut", `}`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := bytes.Replace(good, []byte(c.old), []byte(c.new), 1)
			if bytes.Equal(bad, good) {
				t.Fatalf("%s does not occur in %s", c.old, good)
			}
			if _, err := Load(bad, Config{}); err == nil {
				t.Error("loaded")
			}
		})
	}
}

// Everything a card does can be repeated from the same randomness; this pins
// the encoding of the rehearsal root, whose bytes are shipped.
func TestRehearsalRootIsFixed(t *testing.T) {
	if a, b := RehearsalRoot(), RehearsalRoot(); !bytes.Equal(a, b) {
		t.Fatalf("two different roots:\n%x\n%x", sha256.Sum256(a), sha256.Sum256(b))
	}
}
