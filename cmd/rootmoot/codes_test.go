package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/qr"
	"github.com/rootmoot/rootmoot/internal/visible"
)

// testSender is of a file of that many bytes, which cannot be compressed much.
func testSender(t *testing.T, n int) *qr.Sender {
	t.Helper()
	s, err := qr.NewSender(unruly(n))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func testSlides(t *testing.T, n int, look qr.Look) *slides {
	t.Helper()
	return &slides{sender: testSender(t, n), what: "a file", pace: usualPace, look: look}
}

// Which size is chosen, and what is refused.
func TestCodesBegin(t *testing.T) {
	for _, tt := range []struct {
		name           string
		bytes          int
		look           qr.Look
		columns, lines int
		asked          int
		version        int    // of the codes, or
		want           string // the error, and
		hint           string
	}{
		{"the smallest terminal", 2000, qr.Look{}, 80, 24, 0, 6, "", ""},
		{"a large one", 2000, qr.Look{}, 200, 60, 0, 10, "", ""},
		{"a large one, large codes", 2000, qr.Look{}, 200, 60, 24, 24, "", ""},
		{"small codes", 2000, qr.Look{}, 80, 24, 3, 3, "", ""},
		{"little to show", 40, qr.Look{}, 200, 60, 0, 5, "", ""},
		{"much to show", 200_000, qr.Look{}, 200, 60, 0, 13, "", ""},
		{"too narrow", 2000, qr.Look{}, 67, 50, 0, 0, "a file: QR codes take 68 columns and 24 lines at least, here are 67 and 50", "enlarge the terminal"},
		{"too low", 2000, qr.Look{}, 100, 23, 0, 0, "a file: QR codes take 68 columns and 24 lines at least, here are 100 and 23", "enlarge the terminal"},
		{"no size at all", 2000, qr.Look{}, 0, 0, 0, 0, "a file: QR codes take 68 columns and 24 lines at least, here are 0 and 0", "enlarge the terminal"},
		{
			"ASCII", 2000,
			qr.Look{ASCII: true},
			80, 24, 0, 0, "a file: QR codes take 101 columns and 33 lines at least, here are 80 and 24",
			"enlarge the terminal, or take one that shows UTF-8: half blocks need half the lines",
		},
		{"ASCII with room", 2000, qr.Look{ASCII: true}, 130, 50, 0, 6, "", ""},
		{"larger than fits", 2000, qr.Look{}, 80, 24, 7, 0, "--qr-size 7: takes 84 columns and 25 lines, here are 80 and 24", "at most --qr-size 6 fits here"},
		{"too small for a part", 2000, qr.Look{}, 80, 24, 2, 0, "a file: a code of version 2 has no room for a part of it", "--qr-size 3 or more"},
		{
			"too much", 100_000,
			qr.Look{},
			80, 24, 0, 0, "a file takes 1334 QR codes of version 6, more than the 600 that are shown",
			"carry the file itself, or take a terminal of 92 columns and 29 lines",
		},
		{
			"too much for what was asked for", 100_000,
			qr.Look{},
			200, 60, 6, 0, "a file takes 1334 QR codes of version 6, more than the 600 that are shown",
			"--qr-size 9 or more",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := testSlides(t, tt.bytes, tt.look)
			err := s.begin(tt.columns, tt.lines, tt.asked)
			if tt.want == "" {
				if got := s.sender.Version(s.per); err != nil || got != tt.version {
					t.Errorf("version %d, %v; want %d", got, err, tt.version)
				}
				return
			}
			var coded *verbs.Error
			if !errors.As(err, &coded) || coded.Code != verbs.Usage || coded.Error() != tt.want || coded.Hint != tt.hint {
				t.Errorf("got %v (%s); want %s (%s)", err, hintOf(err), tt.want, tt.hint)
			}
		})
	}
}

// escapes are the colours in a line.
var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// No line is wider than the terminal, nor are there more than it has, whatever
// its size.
func TestCodesFit(t *testing.T) {
	for _, look := range []qr.Look{{}, {Mono: true}, {ASCII: true}, {ASCII: true, Mono: true}} {
		s := testSlides(t, 3000, look)
		s.what = "a name that is longer than there is room for beside the code, 木の葉"
		for columns := 5; columns < 250; columns += 7 {
			for lines := 3; lines < 80; lines += 3 {
				s.version = columns % 41
				screen, err := s.screen(columns, lines)
				if err != nil {
					t.Fatal(err)
				}
				if len(screen) > lines {
					t.Fatalf("%d by %d: %d lines", columns, lines, len(screen))
				}
				for _, line := range screen {
					plain := escapes.ReplaceAllString(line, "")
					if visible.Width(plain) > columns {
						t.Fatalf("%d by %d: %q", columns, lines, plain)
					}
					if look.ASCII && strings.Trim(plain, asciiSigns()) != "" {
						t.Fatalf("not ASCII: %q", plain)
					}
				}
			}
		}
	}
}

func asciiSigns() string {
	var out []byte
	for b := byte(' '); b <= '~'; b++ {
		out = append(out, b)
	}
	return string(out)
}

// What each key does, from a code in the middle on 120 columns and 45 lines.
func TestCodesKeys(t *testing.T) {
	for _, tt := range []struct {
		name, keys string
		look       qr.Look
		want       string // the two lines that tell
		first      int
	}{
		{"none", "", qr.Look{}, "code 3 of 10|216 bytes each, 3 a second", 54},
		{"larger", "+", qr.Look{}, "code 2 of 8|264 bytes each, 3 a second", 33},
		{"smaller", "-", qr.Look{}, "code 3 of 11|184 bytes each, 3 a second", 46},
		{"as small as can be", strings.Repeat("-", 50), qr.Look{}, "code 8 of 126|16 bytes each, 3 a second", 14},
		{"as large as fits", strings.Repeat("=", 50), qr.Look{}, "code 1 of 4|504 bytes each, 3 a second", 0},
		{"faster", "f", qr.Look{}, "code 3 of 10|216 bytes each, 4 a second", 54},
		{"as fast as can be", strings.Repeat("F", 50), qr.Look{}, "code 3 of 10|216 bytes each, 20 a second", 54},
		{"slower", "s", qr.Look{}, "code 3 of 10|216 bytes each, 2 a second", 54},
		{"as slow as can be", strings.Repeat("S", 50), qr.Look{}, "code 3 of 10|216 bytes each, 0.2 a second", 54},
		{"pause", "p", qr.Look{}, "code 3 of 10|216 bytes each, paused", 54},
		{"pause and go on", "pP", qr.Look{}, "code 3 of 10|216 bytes each, 3 a second", 54},
		{"by hand", "n", qr.Look{}, "code 4 of 10|216 bytes each, paused", 81},
		{"beyond the file", "nnnnnnnn", qr.Look{}, "code 11: any 11 will do|216 bytes each, paused", 270},
		{"negative, in colours", "i", qr.Look{}, "code 3 of 10|216 bytes each, 3 a second", 54},
		{"any other", "x\r\x1b ", qr.Look{}, "code 3 of 10|216 bytes each, 3 a second", 54},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := testSlides(t, 2000, tt.look)
			if err := s.begin(120, 45, 0); err != nil {
				t.Fatal(err)
			}
			s.advance()
			s.advance()
			for _, k := range []byte(tt.keys) {
				if s.key(k) {
					t.Fatalf("%q ends it", k)
				}
				if _, err := s.screen(120, 45); err != nil {
					t.Fatal(err)
				}
			}
			if got := strings.Join(s.panel()[1:3], "|"); got != tt.want || s.first != tt.first || s.look.Inverted {
				t.Errorf("got %s, part %d, inverted %v; want %s, part %d", got, s.first, s.look.Inverted, tt.want, tt.first)
			}
		})
	}
	mono := testSlides(t, 2000, qr.Look{Mono: true})
	if mono.key('i'); !mono.look.Inverted {
		t.Error("i does not show a negative")
	}
	if mono.key('i'); mono.look.Inverted {
		t.Error("i does not undo what it did")
	}
	if !mono.key('q') || !mono.key('Q') {
		t.Error("q does not end it")
	}
}

// A file that one code carries stays.
func TestCodesOne(t *testing.T) {
	s := testSlides(t, 50, qr.Look{})
	if err := s.begin(80, 24, 0); err != nil {
		t.Fatal(err)
	}
	before := s.sender.Frame(s.first, s.per)
	s.advance()
	s.key('n')
	r := qr.Receiver{}
	if err := r.Add(s.sender.Frame(s.first, s.per)); err != nil || !r.Done() || s.sender.Frame(s.first, s.per) != before {
		t.Errorf("%v, done %v", err, r.Done())
	}
	if s.panel()[1] != "this one code is all" || !strings.HasSuffix(s.beforehand(50), "\nIt goes in one QR code.\n") {
		t.Errorf("%q %q", s.panel()[1], s.beforehand(50))
	}
}

func TestCodesBeforehand(t *testing.T) {
	s := testSlides(t, 2000, qr.Look{})
	if err := s.begin(80, 24, 0); err != nil {
		t.Fatal(err)
	}
	want := `a file: 2000 bytes, 2010 compressed
SHA-256 ` + fmt.Sprintf("%x", s.sender.Digest()) + `
It takes 21 QR codes of version 6, about 7 seconds at 3 a second.
More follow, which make up for any that are missed: scan until the other side has
it all, then press q.
`
	if got := s.beforehand(2000); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	s.pace = 0.2
	if got := s.beforehand(2000); !strings.Contains(got, ", about 2 minutes at 0.2 a second.\n") {
		t.Errorf("got %s", got)
	}
}

// Where the Linux console has UTF-8 it has half blocks, and else is like others.
func TestBlockless(t *testing.T) {
	for _, tt := range []struct {
		term, lang string
		want       bool
	}{
		{"xterm-256color", "en_GB.UTF-8", false},
		{"xterm-256color", "C", true},
		{"linux", "C.utf8", false},
		{"linux", "C", true},
		{"linux", "", true},
		{"vt220", "C.UTF-8", true},
	} {
		env := map[string]string{"TERM": tt.term, "LANG": tt.lang}
		if got := blockless(func(name string) string { return env[name] }); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}
