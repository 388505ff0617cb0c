package pivcard

import (
	"bytes"
	"crypto/aes"
	"testing"
)

// OpenSC's way in: the host alone is authenticated, 81 then 82.
func TestSingleAuthentication(t *testing.T) {
	card := newCard(t, v574, Config{})
	transmit(t, card, selectPIV)
	answer := transmit(t, card, "00870A9B04 7C02 8100")
	if len(answer) != 22 || !bytes.HasPrefix(answer, unhex(t, "7C128110")) {
		t.Fatalf("challenge %X", answer)
	}
	block, err := aes.NewCipher([]byte(factoryManagement))
	if err != nil {
		t.Fatal(err)
	}
	right := make([]byte, aes.BlockSize)
	block.Encrypt(right, answer[4:20])
	respond := append(unhex(t, "00870A9B14 7C12 8210"), right...)
	if got, _ := card.Transmit(t.Context(), respond); !bytes.Equal(got, unhex(t, "9000")) {
		t.Errorf("right response: %X", got)
	}
	if got, _ := card.Transmit(t.Context(), respond); !bytes.Equal(got, unhex(t, "6A80")) {
		t.Errorf("the same response again, without a challenge: %X, want 6A80", got)
	}
}

// A challenge of the old key's block size must not reach the new key's cipher.
func TestKeyExchangedBetweenChallengeAndResponse(t *testing.T) {
	card := newCard(t, Version{5, 4, 3}, Config{}) // 3DES, blocks of 8 bytes
	transmit(t, card, selectPIV)
	card.session.mgmVerified = true
	if got := transmit(t, card, "0087039B04 7C02 8100"); len(got) != 14 {
		t.Fatalf("challenge %X", got)
	}
	if got := transmit(t, card, "00FFFFFF13 0A9B18 000102030405060708090A0B0C0D0E0F"); !bytes.Equal(got, unhex(t, "6A80")) {
		t.Errorf("management key cut short: %X, want 6A80", got)
	}
	if got := transmit(t, card, "00FFFFFF1B 0A9B18 000102030405060708090A0B0C0D0E0F1011121314151617"); !bytes.Equal(got, unhex(t, "9000")) {
		t.Fatalf("set management key: %X", got)
	}
	if got := transmit(t, card, "00870A9B0C 7C0A 8208 0000000000000000"); !bytes.Equal(got, unhex(t, "6A80")) {
		t.Errorf("response to a forgotten challenge: %X, want 6A80", got)
	}
}
