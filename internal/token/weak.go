package token

import (
	"bytes"
	"fmt"
	"slices"
)

// Weakness is why s must not become the PIN or the PUK of the token with this
// serial number: what anybody would try first. It is empty if nothing is known
// against it.
func Weakness(s Secret, serial string) string {
	b := s.Bytes()
	for _, rule := range []struct {
		why string
		is  bool
	}{
		{"it has a space, or a character that not every keyboard types: take letters, digits and signs of ASCII", bytes.ContainsFunc(b, unwritable)},
		{fmt.Sprintf("it has fewer than %d characters", MinPIN), len(b) < MinPIN},
		{fmt.Sprintf("it has more than %d characters", MaxPIN), len(b) > MaxPIN},
		{"it is the factory's", string(b) == FactoryPIN || string(b) == FactoryPUK},
		{"it has two different characters at most", distinct(b) <= 2},
		{"it counts up or down", counts(b)},
		{"it repeats itself", repeats(b)},
		{"it reads the same backwards", slices.Equal(b, backwards(b))},
		{"it lies side by side on the keyboard", onKeyboard(b)},
		{"it is in the serial number, or the serial number in it", within(b, []byte(serial))},
		{"it looks like a date, and birthdays are tried first", isDate(b)},
	} {
		if rule.is {
			return rule.why
		}
	}
	return ""
}

// unwritable are characters that cannot be read back from paper, or not typed.
func unwritable(r rune) bool { return r <= ' ' || r > '~' }

func distinct(b []byte) int {
	seen := [256]bool{}
	n := 0
	for _, c := range b {
		if !seen[c] {
			seen[c], n = true, n+1
		}
	}
	return n
}

// counts reports whether each character is the one after the one before, or
// each the one before; after 9 comes 0.
func counts(b []byte) bool {
	for _, step := range []int{1, -1} {
		all := len(b) > 1
		for i := 1; i < len(b) && all; i++ {
			d := int(b[i]) - int(b[i-1])
			all = d == step || d == -9*step && isDigit(b[i]) && isDigit(b[i-1])
		}
		if all {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// repeats reports whether b is a part of itself, over and over.
func repeats(b []byte) bool {
	for n := 1; n <= len(b)/2; n++ {
		if len(b)%n == 0 && bytes.Equal(b[n:], b[:len(b)-n]) {
			return true
		}
	}
	return false
}

func backwards(b []byte) []byte {
	out := slices.Clone(b)
	slices.Reverse(out)
	return out
}

func onKeyboard(b []byte) bool {
	lower := bytes.ToLower(b)
	defer clear(lower)
	for _, row := range []string{"qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc", "147258369", "789456123"} {
		if within(lower, []byte(row)) {
			return true
		}
	}
	return false
}

// within reports whether one of the two is in the other, in either direction.
func within(b, text []byte) bool {
	if len(b) < MinPIN || len(text) < MinPIN {
		return false
	}
	for _, t := range [][]byte{text, backwards(text)} {
		if bytes.Contains(t, b) || bytes.Contains(b, t) {
			return true
		}
	}
	return false
}

// isDate takes six digits for a date without its century, eight for one with
// it, in the orders in which people write them.
func isDate(b []byte) bool {
	if len(b)%2 != 0 || bytes.ContainsFunc(b, func(r rune) bool { return r < '0' || r > '9' }) {
		return false
	}
	var n []int
	for i := 0; i < len(b); i += 2 {
		n = append(n, int(b[i]-'0')*10+int(b[i+1]-'0'))
	}
	last := len(n) - 1
	century := func(n int) bool { return n == 19 || n == 20 }
	switch len(n) {
	case 3:
		return isDay(n[0], n[1]) || isDay(n[1], n[0]) || isDay(n[last], n[1])
	case 4:
		return century(n[2]) && (isDay(n[0], n[1]) || isDay(n[1], n[0])) || century(n[0]) && isDay(n[last], n[2])
	}
	return false
}

func isDay(day, month int) bool {
	days := [12]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	return month >= 1 && month <= len(days) && day >= 1 && day <= days[month-1]
}
