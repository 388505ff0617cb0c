package tokentest

import (
	"errors"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/token"
)

const wrongPIN = "918273"

func testWrongPIN(t *testing.T, f Fixture) {
	info, w := f.inspect(t)
	s := f.open(t, w, wrongPIN)
	if f.NeverBlocks {
		_, err := s.SignMessage(strings.NewReader("m"))
		var wrong *token.WrongPINError
		if !errors.As(err, &wrong) || wrong.Left != -1 || info.PINLeft != -1 {
			t.Errorf("%v with %d tries left, want WrongPINError, and -1 for both", err, info.PINLeft)
		}
		return
	}
	for left := info.PINLeft - 1; left > 0; left-- {
		_, err := s.SignMessage(strings.NewReader("m"))
		var wrong *token.WrongPINError
		if !errors.As(err, &wrong) || wrong.Left != left {
			t.Fatalf("%v, want WrongPINError with %d left", err, left)
		}
		if strings.Contains(err.Error(), wrongPIN) {
			t.Fatalf("the error shows the PIN: %v", err)
		}
		if now, _ := f.inspect(t); now.PINLeft != left {
			t.Errorf("inspect says %d left, want %d", now.PINLeft, left)
		}
	}
	if _, err := s.SignMessage(strings.NewReader("m")); !errors.Is(err, token.ErrBlocked) {
		t.Fatalf("last try: %v, want ErrBlocked", err)
	}
	if _, err := f.open(t, w, f.PIN).SignMessage(strings.NewReader("m")); !errors.Is(err, token.ErrBlocked) {
		t.Errorf("right PIN, but blocked: %v, want ErrBlocked", err)
	}
}

func testTriesBack(t *testing.T, f Fixture) {
	info, w := f.inspect(t)
	if _, err := f.open(t, w, wrongPIN).SignMessage(strings.NewReader("m")); err == nil {
		t.Fatal("signs with a wrong PIN")
	}
	if _, err := f.open(t, w, f.PIN).SignMessage(strings.NewReader("m")); err != nil {
		t.Fatal(err)
	}
	if now, _ := f.inspect(t); now.PINLeft != info.PINLeft {
		t.Errorf("%d tries left, want %d again", now.PINLeft, info.PINLeft)
	}
}
