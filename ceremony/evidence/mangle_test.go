package evidence

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"github.com/rootmoot/rootmoot/verify"
)

// TestMangleEveryByte changes every byte of small evidence: it is refused, because the
// archive is none any more, or its manifest says something else.
func TestMangleEveryByte(t *testing.T) {
	w := begun(t)
	p := w.place(t, "amsterdam", w.rotationPlan())
	p.open()
	p.audits()
	good := p.hands()
	if report, _ := Check(good, w.options()); report.Verdict() != verify.Accepted {
		t.Fatal(report.Failures())
	}
	want := opened(t, good)
	checked := 0
	for i := range good {
		raw := bytes.Clone(good)
		raw[i]++
		files, err := Read(raw)
		if err != nil {
			continue
		}
		if !bytes.Equal(files[ManifestFile], want[ManifestFile]) {
			if m, err := ParseManifest(files[ManifestFile]); err != nil || !slices.Equal(entries(files), m.Files) {
				continue
			}
			if checked++; checked%8 != 0 { // each takes a while
				continue
			}
			if report, _ := Check(raw, p.w.options()); report.Verdict() != verify.Refused {
				t.Errorf("byte %d, of the manifest: %s", i, report.Verdict())
			}
			continue
		}
		m, err := ParseManifest(files[ManifestFile])
		if err != nil || slices.Equal(entries(files), m.Files) {
			t.Errorf("byte %d: no file has another digest", i)
		}
	}
	if checked < 100 {
		t.Errorf("%d mangled manifests could be read", checked)
	}
}

// TestMangleAndList changes bytes of each file, and lets the manifest list it as
// it is then: it is refused all the same.
func TestMangleAndList(t *testing.T) {
	p := finished(t)
	for raw, o := range map[*[]byte]Options{ptr(p.hands()): p.w.options(), ptr(redacted(t)): p.w.options()} {
		good := opened(t, *raw)
		for name, data := range good {
			if name == ManifestFile || name == PublicFile {
				continue
			}
			for i := 7; i < len(data); i += max(1, len(data)/25) {
				files := maps.Clone(good)
				files[name] = bytes.Clone(data)
				files[name][i]++
				report, _ := Check(listed(t, files), o)
				if report.Verdict() != verify.Refused {
					t.Errorf("%s, byte %d (%q): %s", name, i, data[i], report.Verdict())
				}
			}
		}
	}
}

func ptr(raw []byte) *[]byte { return &raw }
