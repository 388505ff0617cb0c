package main

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Whatever a verb prints with --json is of the published form, whatever its exit
// code, and so is every report of --steps.
func TestReportsAreOfTheSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	const when = " --at 2026-11-01T00:00:00Z "
	const data = "../../testdata/"
	for _, c := range []struct {
		args    string
		code    int
		reports int
		verdict string
	}{
		{"chain --trust " + data + "sigstore/1.root.json" + when + data + "sigstore", verbs.Yes, 1, "accepted"},
		{"chain --steps --trust " + data + "sigstore/9.root.json" + when + data + "sigstore", verbs.Yes, 7, "accepted"},
		{"chain --trust " + data + "anaconda/1.root.json" + when + data + "anaconda", verbs.No, 1, "refused"},
		{"chain --trust " + data + "conda-test-chain/1.root.json --at 2024-01-01T00:00:00Z " + data + "conda-test-chain", verbs.Yes, 1, "accepted"},
		{"chain --trust absent" + when + data + "sigstore", verbs.Unread, 1, "undecided"},
		{"chain --trust " + data + "sigstore/1.root.json" + when + "absent", verbs.Unread, 1, "undecided"},
		{"chain --trust 1:00" + when + data + "sigstore", verbs.Usage, 1, "undecided"},
		{"chain --trust " + data + "ORIGIN.md" + when + data + "sigstore", verbs.Usage, 1, "refused"},
		{"chain --trust " + data + "sigstore/1.root.json --at never " + data + "sigstore", verbs.Usage, 1, "undecided"},
		{"chain --trust " + data + "sigstore/1.root.json" + when + "http://127.0.0.1:1/", verbs.Unread, 1, "undecided"},
		{"candidate --trust " + data + "sigstore/14.root.json" + when + data + "sigstore/15.root.json", verbs.Yes, 1, "accepted"},
		{"candidate --trust " + data + "sigstore/14.root.json" + when + data + "sigstore/13.root.json", verbs.No, 1, "refused"},
		{"candidate --trust " + data + "sigstore/14.root.json" + when + "absent", verbs.Unread, 1, "undecided"},
		{"candidate --trust " + data + "sigstore/14.root.json" + when + filepath.Join(data, "ORIGIN.md"), verbs.No, 1, "refused"},
		{"evidence --rehearsal --trust " + data + "evidence/1.root.json" + when + data + "evidence/amsterdam.tar", verbs.Yes, 1, "accepted"},
		{"evidence --rehearsal --trust " + data + "evidence/1.root.json" + when + data + "evidence/amsterdam.public.tar", verbs.Yes, 1, "accepted"},
		{"evidence --rehearsal --trust 1:" + strings.Repeat("0", 64) + when + data + "evidence/amsterdam.tar", verbs.No, 1, "refused"},
		{"evidence --rehearsal --trust " + data + "evidence/1.root.json" + when + data + "ORIGIN.md", verbs.No, 1, "refused"},
		{"evidence --rehearsal" + when + data + "evidence/amsterdam.tar", verbs.Usage, 1, "undecided"},
		{"evidence --rehearsal --trust " + data + "evidence/1.root.json" + when + "absent", verbs.Unread, 1, "undecided"},
	} {
		var out bytes.Buffer
		args := append(strings.Fields(c.args), "--json")
		if code := verbs.Main(t.Context(), command(), args, strings.NewReader(""), &out, io.Discard); code != c.code {
			t.Errorf("%s: exit code %d, want %d", c.args, code, c.code)
		}
		reports := strings.SplitAfter(out.String(), "\n}\n")
		reports = reports[:len(reports)-1]
		if len(reports) != c.reports {
			t.Errorf("%s: %d reports, want %d", c.args, len(reports), c.reports)
			continue
		}
		for _, text := range reports {
			v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err == nil {
				err = schema.Validate(v)
			}
			if err != nil {
				t.Errorf("%s: %v\n%s", c.args, err, text)
			}
		}
		if last := reports[len(reports)-1]; !strings.Contains(last, `"verdict": "`+c.verdict+`"`) {
			t.Errorf("%s: not %s:\n%s", c.args, c.verdict, last)
		}
	}
}
