package tui

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// standsAlone wants XML of a few elements that draw, and nothing that runs or
// is fetched.
func standsAlone(svg []byte) error {
	elements := []string{"svg", "title", "style", "rect", "path", "text"}
	if bytes.Contains(svg, []byte("url(")) || bytes.Contains(svg, []byte("@import")) {
		return errors.New("the style fetches something")
	}
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		e, begins := tok.(xml.StartElement)
		if !begins {
			continue
		}
		if !slices.Contains(elements, e.Name.Local) {
			return fmt.Errorf("element %s", e.Name.Local)
		}
		for _, a := range e.Attr {
			if name := strings.ToLower(a.Name.Local); strings.HasPrefix(name, "on") || strings.HasSuffix(name, "href") {
				return fmt.Errorf("attribute %s", a.Name.Local)
			}
		}
	}
}

// TestSVG draws small screens: what is left of each is the part that draws.
func TestSVG(t *testing.T) {
	for _, c := range []struct {
		name, screen string
		width        int
		want         []string
	}{
		{"a text, to its columns", "  ab c", 8, []string{
			`<text class="text" x="32" y="29" textLength="36" lengthAdjust="spacingAndGlyphs">ab c</text>`,
		}},
		{"parted where columns are", "a  b", 8, []string{
			`<text class="text" x="14" y="29" textLength="9" lengthAdjust="spacingAndGlyphs">a</text>`,
			`<text class="text" x="41" y="29" textLength="9" lengthAdjust="spacingAndGlyphs">b</text>`,
		}},
		{"styles", "\x1b[1;31ma\x1b[m\x1b[2mb\x1b[m", 4, []string{
			`<text class="c1 bold" x="14" y="29" textLength="9" lengthAdjust="spacingAndGlyphs">a</text>`,
			`<text class="faint" x="23" y="29" textLength="9" lengthAdjust="spacingAndGlyphs">b</text>`,
		}},
		{"reversed, spaces too", "\x1b[7;33m a \x1b[m", 4, []string{
			`<path class="c3" d="M14 14h27v20h-27z"/>`,
			`<text class="ground" x="23" y="29" textLength="9" lengthAdjust="spacingAndGlyphs">a</text>`,
		}},
		{"a cursor", "\x1b[7m \x1b[m", 4, []string{`<path class="text" d="M14 14h9v20h-9z"/>`}},
		{"markup", `<&>"`, 4, []string{
			`<text class="text" x="14" y="29" textLength="36" lengthAdjust="spacingAndGlyphs">&lt;&amp;&gt;&#34;</text>`,
		}},
		{"a wide character", "東a", 4, []string{
			`<text class="text" x="14" y="29" textLength="18" lengthAdjust="spacingAndGlyphs">東</text>`,
			`<text class="text" x="32" y="29" textLength="9" lengthAdjust="spacingAndGlyphs">a</text>`,
		}},
		{"rules join", "─┬─\n │", 4, []string{`<path class="text line" d="M14 24.5L41 24.5M27.5 24.5L27.5 54"/>`}},
		{"bars join", "██", 4, []string{`<path class="text" d="M14 17h9v14h-9zM23 17h9v14h-9z"/>`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			svg, err := svgOf("a <title>", c.screen, c.width, 2)
			if err != nil {
				t.Fatal(err)
			}
			if err := standsAlone(svg); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(c.want, drawn(string(svg))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// drawn are the lines that draw the screen.
func drawn(svg string) []string {
	_, screen, _ := strings.Cut(svg, "rx=\"8\"/>\n")
	return strings.Split(strings.TrimSuffix(screen, "\n</svg>\n"), "\n")
}

// TestSVGRefuses: what it cannot draw faithfully it does not draw.
func TestSVGRefuses(t *testing.T) {
	for _, screen := range []string{"\x1b[38;5;200ma", "\x1b[38;2;1;2;3ma", "\x1b[41ma", "\x1b[4ma", "\x1b[5ma"} {
		if svg, err := svgOf("", screen, 2, 1); err == nil {
			t.Errorf("%q: drawn as %s", screen, svg)
		}
	}
}

// TestStandsAlone: what runs or is fetched is found.
func TestStandsAlone(t *testing.T) {
	for _, svg := range []string{
		`<svg><script>x</script></svg>`, `<svg><text onclick="x">a</text></svg>`, `<svg><path href="x"/></svg>`,
		`<svg><image/></svg>`, `<svg><style>text{fill:url(x)}</style></svg>`, `<svg><text>a</svg>`,
	} {
		if standsAlone([]byte(svg)) == nil {
			t.Errorf("%s passes", svg)
		}
	}
}

// TestInksCanBeRead: each on its ground, by the measure of WCAG 2.2, 1.4.3.
func TestInksCanBeRead(t *testing.T) {
	const enough = 4.5
	ground := inkShades()[inkGround]
	for _, i := range everyInk()[3:] {
		checkContrast(t, i, ground, enough)
	}
	checkContrast(t, inkText, ground, enough)
	checkContrast(t, inkFaint, ground, enough)
}

func checkContrast(t *testing.T, i ink, ground inkShade, enough float64) {
	t.Helper()
	s, known := inkShades()[i]
	if !known {
		t.Fatalf("%s has no shade", i)
	}
	for _, pair := range [][2]string{{s.dark, ground.dark}, {s.light, ground.light}} {
		if c := contrast(t, pair[0], pair[1]); c < enough {
			t.Errorf("%s: %s on %s has a contrast of %.2f, at least %.1f is wanted", i, pair[0], pair[1], c, enough)
		}
	}
}

// contrast is that of two colours written as #rrggbb.
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 24)
	if err != nil || len(hex) != 7 {
		t.Fatalf("%q is no colour", hex)
	}
	part := func(shift uint) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}
