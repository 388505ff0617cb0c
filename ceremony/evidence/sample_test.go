package evidence

import (
	"os"
	"testing"

	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// sample is a file of testdata/evidence: evidence that was handed over when its
// form was new.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("../../testdata/evidence/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestSample: what was handed over once is taken for ever, and made public it is
// what was made public then.
func TestSample(t *testing.T) {
	cas, err := attest.RehearsalBundle()
	if err != nil {
		t.Fatal(err)
	}
	v := verify.Options{At: at, Rehearsal: true}
	trusted, report := verify.TrustFile(sample(t, "1.root.json"), v)
	if trusted.IsZero() {
		t.Fatal(report.Failures())
	}
	for name, beside := range map[string]string{"amsterdam.tar": "boston.tar", "boston.tar": "amsterdam.tar", "amsterdam.public.tar": "boston.tar"} {
		o := Options{Verify: v, Trusted: trusted, CAs: cas, Beside: [][]byte{sample(t, beside)}}
		report, found := Check(sample(t, name), o)
		if report.Verdict() != verify.Accepted || found.Manifest.Outcome != Signed {
			t.Errorf("%s: %v", name, report.Failures())
		}
	}
	public, err := Redact(sample(t, "amsterdam.tar"), cas)
	if err != nil || string(public) != string(sample(t, "amsterdam.public.tar")) {
		t.Errorf("made public, it is something else: %v", err)
	}
}

// FuzzCheck: no bytes make a check panic, and none that are not evidence of the
// chain are accepted.
func FuzzCheck(f *testing.F) {
	cas, err := attest.RehearsalBundle()
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range []string{"amsterdam.tar", "amsterdam.public.tar"} {
		for part, data := range opened(f, sample(f, name)) {
			f.Add(name, part, data)
		}
	}
	f.Fuzz(func(t *testing.T, name, part string, data []byte) {
		if name != "amsterdam.tar" && name != "amsterdam.public.tar" {
			return
		}
		files := opened(t, sample(t, name))
		was, there := files[part]
		if !there {
			return
		}
		files[part] = data
		raw := written(t, files)
		if m, err := ParseManifest(files[ManifestFile]); err == nil { // listed as it is, so that all of it is read
			m.Files = entries(files)
			files[ManifestFile] = m.Encode()
			raw = written(t, files)
		}
		report, _ := Check(raw, Options{Verify: verify.Options{At: at, Rehearsal: true}, Pin: verify.Pin{Version: 1, Digest: samplePin}, CAs: cas})
		if report.Verdict() == verify.Accepted && part != PublicFile && part != ManifestFile && string(data) != string(was) {
			t.Errorf("%s with another %s is accepted", name, part)
		}
	})
}

// samplePin is the digest of the sample's trusted root.
var samplePin = mustDigest("9d60e3428ce42e7f148743249b31c325f39d33a473662811b896597dd8501044")
