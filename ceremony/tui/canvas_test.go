package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/words"
)

func bare(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = ansi.Strip(l)
	}
	return out
}

func TestAfter(t *testing.T) {
	hex := strings.Repeat("0123456789abcdef", 4)
	for _, c := range []struct {
		name, label, text string
		width             int
		want              []string
	}{
		{"fits", "a: ", "one two", 20, []string{"a: one two"}},
		{"nothing", "a: ", "", 20, []string{"a: "}},
		{"broken", "a: ", "one two three", 13, []string{"a: one two", "   three"}},
		{"a digest in halves", "", hex, 40, []string{hex[:32], hex[32:]}},
		{"a digest in halves, after a label", "id  ", hex, 40, []string{"id  " + hex[:32], "    " + hex[32:]}},
		{"a digest that fits", "", hex, 64, []string{hex}},
		{"a label in colour", "\x1b[1ma\x1b[m ", "one two three", 12, []string{"a one two", "  three"}},
		{"wide characters", "- ", "東京東京東京", 10, []string{"- 東京東京東", "  京"}},
		{"no room", "a label that is long: ", "one two", 10, []string{"a label that is long: one two"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := bare(canvas{newLook(false), c.width}.after(c.label, c.text))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWords(t *testing.T) {
	all := words.EncodePGP([32]byte{1, 2, 3})
	for _, c := range []struct{ width, lines, on int }{{62, 8, 4}, {59, 8, 4}, {58, 16, 2}, {102, 8, 4}, {119, 4, 8}, {182, 4, 8}, {30, 16, 2}, {10, 32, 1}} {
		got := bare(canvas{newLook(false), c.width}.words(all))
		if len(got) != c.lines {
			t.Errorf("%d columns: %d lines, want %d:\n%s", c.width, len(got), c.lines, strings.Join(got, "\n"))
		}
		if first := strings.Fields(got[0]); len(first) != 2*c.on || first[0] != "1" || first[1] != all[0] {
			t.Errorf("%d columns: the first line is %q", c.width, got[0])
		}
		if text := strings.Fields(strings.Join(got, " ")); len(text) != 64 || text[62] != "32" || text[63] != all[31] {
			t.Errorf("%d columns: %d words and numbers", c.width, len(text))
		}
		for _, l := range got {
			if n := ansi.StringWidth(l); n > max(c.width, 15) {
				t.Errorf("%d columns: %q has %d", c.width, l, n)
			}
		}
	}
}

func TestDigest(t *testing.T) {
	hex := strings.Repeat("01234567", 8)
	for _, c := range []struct{ width, lines int }{{62, 2}, {70, 2}, {71, 1}, {102, 1}, {35, 2}} {
		got := canvas{newLook(false), c.width}.digest(hex)
		if len(got) != c.lines || strings.ReplaceAll(strings.Join(got, ""), " ", "") != hex {
			t.Errorf("%d columns: %q", c.width, got)
		}
		for _, l := range got {
			if len(l) > c.width {
				t.Errorf("%d columns: %q has %d", c.width, l, len(l))
			}
		}
	}
}

func TestLaidOut(t *testing.T) {
	hex := strings.Repeat("0123456789abcdef", 4)
	for _, c := range []struct {
		name, line string
		want       []string
	}{
		{"fits", "  + joins   amsterdam", []string{"  + joins   amsterdam"}},
		{"nothing", "", []string{""}},
		{"a digest", "      " + hex, []string{"      " + hex[:32], "      " + hex[32:]}},
		{"a sentence", "refused boston: the expiry is not what our board decided", []string{"refused boston: the expiry is not what", "  our board decided"}},
		{"far in", strings.Repeat(" ", 30) + "one two three four", []string{"        one two three four"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := canvas{newLook(false), 40}.laidOut(c.line)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestBlocks: what must be read ends with the last block of which that is said,
// and no line is wider than the canvas, whatever stands in it.
func TestBlocks(t *testing.T) {
	long := strings.Repeat("東京 the door \u0301 was open ", 12)
	blocks := []sitting.Block{
		{Title: long, Text: []string{long}, Rows: [][2]string{{"name", long}, {"other name", "value"}}},
		{Title: "Whole", Lines: []string{"one", "two"}, Whole: true},
		{Lines: []string{long, "   " + long}, Checks: []sitting.CheckLine{{Mark: sitting.MarkFail, Text: long}}},
	}
	for _, width := range []int{62, 102, 182} {
		p := canvas{newLook(false), width}.blocks("Title", blocks)
		if p.whole < 3 || p.lines[p.whole-1] != "two" || p.whole == len(p.lines) {
			t.Errorf("%d columns: to be read are %d of %d lines", width, p.whole, len(p.lines))
		}
		for _, l := range p.lines {
			if n := ansi.StringWidth(l); n > width {
				t.Errorf("%d columns: %d in %q", width, n, ansi.Strip(l))
			}
		}
	}
}
