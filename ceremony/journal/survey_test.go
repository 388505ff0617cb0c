package journal

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/safefile/crashfs"
)

// What Read takes, Survey reads line by line to the same.
func TestSurvey(t *testing.T) {
	raw := filled(t, crashfs.New(crashfs.Links))
	wantHeader, entries, err := Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	header, lines, err := Survey(raw)
	if err != nil || header != wantHeader || len(lines) != len(entries)+1 {
		t.Fatalf("%+v, %d lines, %v", header, len(lines), err)
	}
	if lines[0].Err != nil || lines[0].Digest != entries[0].Prev {
		t.Errorf("the header: %+v", lines[0])
	}
	for i, e := range entries {
		if diff := cmp.Diff(e, lines[i+1].Entry); diff != "" || lines[i+1].Err != nil || lines[i+1].Digest != e.Digest {
			t.Errorf("entry %d: %v %s", i+1, lines[i+1].Err, diff)
		}
	}
}

// A line that was changed leaves the others what they are.
func TestSurveyOfDamage(t *testing.T) {
	raw := filled(t, crashfs.New(crashfs.Links))
	_, whole, err := Survey(raw)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(raw, []byte(`"n":2`), []byte(`"m":2`), 1)
	_, lines, err := Survey(changed)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range lines {
		if bad := i == 2; bad != (l.Err != nil) || bad == (l.Digest == whole[i].Digest) {
			t.Errorf("line %d: %v", i, l.Err)
		}
	}
	_, lines, err = Survey(raw[:len(raw)-1])
	if err != nil || lines[len(lines)-1].Err == nil || !strings.Contains(lines[len(lines)-1].Err.Error(), "cut short") {
		t.Errorf("cut short: %v, %v", lines[len(lines)-1].Err, err)
	}
	if header, lines, err := Survey(nil); err != nil || len(lines) != 0 || header != (Header{}) {
		t.Errorf("nothing: %+v, %v, %v", header, lines, err)
	}
	if _, _, err := Survey(bytes.Repeat([]byte("x"), MaxEntry+1)); err == nil {
		t.Error("a line beyond the limit")
	}
}
