package qr

import "strings"

// Find is every frame in a line of text, whatever stands around it: scanners
// write dates, kinds of code and commas there. A frame that is damaged is found
// too, and [Receiver.Add] says what is wrong with it.
func Find(line string) []string {
	var out []string
	folded := upper(line)
	for {
		at := strings.Index(folded, tagName)
		if at < 0 {
			return out
		}
		folded, line = folded[at:], line[at:]
		end := len(tagName)
		end += run(folded[end:], isDigit)
		// Without a number and a colon it is a name in a sentence.
		if end > len(tagName) && strings.HasPrefix(folded[end:], ":") {
			end++
			end += run(folded[end:], isBase32)
			out = append(out, line[:end])
		}
		folded, line = folded[end:], line[end:]
	}
}

// run is how many characters at the beginning are of a kind.
func run(s string, kind func(byte) bool) int {
	n := 0
	for n < len(s) && kind(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isBase32(c byte) bool { return 'A' <= c && c <= 'Z' || '2' <= c && c <= '7' }
