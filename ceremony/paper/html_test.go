package paper

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
)

// A page is well-formed, has only elements that are meant to be there, and
// nothing in it runs or is fetched from elsewhere.
func TestHTML(t *testing.T) {
	for name, p := range plays(t) {
		t.Run(name, func(t *testing.T) {
			for _, fault := range faults(p.html(t)) {
				t.Error(fault)
			}
		})
	}
}

// TestHTMLCanFail: what a page must not have is found.
func TestHTMLCanFail(t *testing.T) {
	good := plays(t)["tuf-genesis"].html(t)
	if f := faults(good); len(f) > 0 {
		t.Fatal(f)
	}
	for _, bad := range []string{
		"<script>alert(1)</script>", "<p>", "</td>", `<p onclick="x()"></p>`, `<img src="x"/>`, `<a href="x"></a>`,
		`<p id="how"></p>`, `<p class="mark" class="mark"></p>`, `<col style="background: url(x)"/>`, "<p>\u202e</p>", "<p>& </p>",
	} {
		if f := faults(strings.Replace(good, "<body>", "<body>"+bad, 1)); len(f) == 0 {
			t.Errorf("%s is not noticed", bad)
		}
	}
	for _, bad := range []string{"@import 'x';", "p { background: url(x) }"} {
		if f := faults(strings.Replace(good, "<style>", "<style>"+bad, 1)); len(f) == 0 {
			t.Errorf("%s is not noticed", bad)
		}
	}
	if f := faults(strings.Replace(good, "Content-Security-Policy", "X-Other", 1)); len(f) == 0 {
		t.Error("that the policy is missing is not noticed")
	}
}

const (
	elements   = "html head meta title style body table thead tbody tr th td colgroup col caption div p span b h1 h2 h3 small pre"
	attributes = "lang charset http-equiv content name class id scope style"
)

var (
	widths  = regexp.MustCompile(`^width: [0-9]+%$`)
	fetches = regexp.MustCompile(`(?i)@import|url\s*\(|https?:`)
)

// faults are what is wrong with a page.
func faults(page string) []string {
	var out []string
	fault := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	ids := make(map[string]bool)
	policy, style := false, false
	d := xml.NewDecoder(strings.NewReader(page))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fault("not well-formed: %v", err)
			break
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if !slices.Contains(strings.Fields(elements), tok.Name.Local) {
				fault("element %s", tok.Name.Local)
			}
			style = tok.Name.Local == "style"
			seen := make(map[string]bool)
			for _, a := range tok.Attr {
				name := a.Name.Local
				switch {
				case !slices.Contains(strings.Fields(attributes), name), seen[name]:
					fault("attribute %s", name)
				case name == "style" && !widths.MatchString(a.Value):
					fault("style %s", a.Value)
				case name == "id" && ids[a.Value]:
					fault("id %s twice", a.Value)
				case name == "id":
					ids[a.Value] = true
				}
				seen[name] = true
			}
			policy = policy || seen["http-equiv"] && tok.Attr[0].Value == "Content-Security-Policy" && tok.Attr[1].Value == "default-src 'none'; style-src 'unsafe-inline'"
		case xml.EndElement:
			style = false
		case xml.CharData:
			if style && fetches.Match(tok) {
				fault("the style sheet fetches something: %s", fetches.Find(tok))
			}
			if text := strings.ReplaceAll(string(tok), `\`, ""); visible.String(text) != text {
				fault("it has characters that cannot be seen: %q", text)
			}
		}
	}
	if !policy {
		fault("no Content-Security-Policy")
	}
	return out
}

// nasty is a text that wants to be more than one.
const nasty = `<script>alert(1)</script><p/>"' onclick='x()' &lt; </style></td> ` + "\u202e\u200b" + ` \`

// Whatever the texts of a plan are, they are only text.
func TestHostilePlan(t *testing.T) {
	quote := func(s string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\u202e", `\u202e`, "\u200b", `\u200b`).Replace(s) + `"`
	}
	text := read(t, "testdata/conda.yaml")
	for _, field := range []string{"name: Example channel", "organisation: Example Europe", "location: Chennai", "location: Boston"} {
		key, _, _ := strings.Cut(field, ": ")
		if !strings.Contains(text, field) {
			t.Fatalf("no %q", field)
		}
		text = strings.ReplaceAll(text, field, key+": "+quote(nasty))
	}
	serial := `<b>"&'</td>`
	text = strings.Replace(text, `"0f 3a-77"`, quote(serial), 1)
	text = strings.Replace(text, "format: conda", "format: conda\ndescription: "+quote(nasty), 1)
	p := conda(t)
	p.plan = load(t, strings.ReplaceAll(text, "DIGEST", p.trusted.Digest.String()))
	page := p.html(t)
	for _, fault := range faults(page) {
		t.Error(fault)
	}
	if !strings.Contains(page, `&lt;script&gt;alert(1)&lt;/script&gt;`) || !strings.Contains(page, `\u{202e}\u{200b} \\`) {
		t.Error("the texts are not there as they are")
	}
	if n := strings.Count(page, "&lt;b&gt;&#34;&amp;&#39;&lt;/td&gt;"); n < 3 {
		t.Errorf("the serial number stands there %d times", n)
	}
}

// What stands in a trusted root is only text too.
func TestHostileRoot(t *testing.T) {
	p := plays(t)["tuf-rotate"]
	raw := strings.Replace(string(parseable(t, candidate(t, play{p.plan, p.trusted}))), `"version": 4`,
		`"version": 3, "x-contact": "<script>\u202e", "x-<img src=x>": 1`, 1)
	r, err := root.Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(read(t, rotateFile), string(p.plan.Continues.Digest), r.Digest.String())
	text = strings.Replace(text, "leaving: [fukuoka]", "leaving: []", 1)
	text = strings.Replace(text, "keyholders: [amsterdam, boston, chennai, dakar, edinburgh]", "keyholders: [amsterdam, boston, chennai, dakar, fukuoka]", 1)
	text = strings.Replace(text, "remove: [x-contact]", "remove: [x-contact, \"x-<img src=x>\"]", 1)
	text = strings.Replace(text, "leaving: []", "leaving: [edinburgh]", 1)
	page := play{load(t, text), r}.html(t)
	for _, fault := range faults(page) {
		t.Error(fault)
	}
	if !strings.Contains(page, `&lt;script&gt;\\u202e`) || !strings.Contains(page, "&lt;img src=x&gt;") {
		t.Error("the members of the root are not there as they are")
	}
}
