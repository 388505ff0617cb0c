package evidence

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// small are files of evidence, by their names alone.
func small() Files {
	return Files{
		ManifestFile: []byte("{}\n"), PlanFile: []byte("rootmoot: 1\n"), JournalFile: nil,
		"chain/1.root.json": bytes.Repeat([]byte("x"), block), "2.root.json": bytes.Repeat([]byte("y"), block+1),
	}
}

func written(t testing.TB, files Files) []byte {
	t.Helper()
	raw, err := Write(files)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// by another writer of tar archives, in this order.
func byOthers(t testing.TB, files Files, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range names {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(files[name])), Mode: 0o644, ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestArchive: what is written is read back, and is what Go's own archive/tar
// writes, byte for byte.
func TestArchive(t *testing.T) {
	raw := written(t, small())
	if other := byOthers(t, small(), ManifestFile, "2.root.json", "chain/1.root.json", JournalFile, PlanFile); !bytes.Equal(raw, other) {
		t.Error("archive/tar writes something else")
	}
	back, err := Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(small(), back, cmp.Comparer(bytes.Equal)); diff != "" {
		t.Error(diff)
	}
	r := tar.NewReader(bytes.NewReader(raw))
	for n := 0; ; n++ {
		h, err := r.Next()
		if err == io.EOF && n == len(small()) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(data, small()[h.Name]) {
			t.Errorf("%s: %v", h.Name, err)
		}
	}
}

// TestHostileArchives: everything that other tar archives may have, and this one
// does not.
func TestHostileArchives(t *testing.T) {
	good := written(t, small())
	patched := func(at int, text string) []byte {
		raw := bytes.Clone(good)
		copy(raw[at:], text)
		return raw
	}
	summed := func(at int, text string) []byte { // with the right sum
		raw := patched(at, text)
		h := raw[:block]
		copy(h[148:], "        ")
		sum := 0
		for _, b := range h {
			sum += int(b)
		}
		copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
		return raw
	}
	member := func(name string) []byte {
		return append(append(bytes.Clone(good[:len(good)-2*block]), header(name, 0)...), make([]byte, 2*block)...)
	}
	for _, tt := range []struct {
		name string
		raw  []byte
		want string
	}{
		{"empty", nil, "neither a file of it nor the end"},
		{"only an end", make([]byte, 2*block), "begins with no manifest.json"},
		{"no end", good[:len(good)-2*block], "neither a file of it nor the end"},
		{"half an end", good[:len(good)-block], "neither a file of it nor the end"},
		{"more behind the end", append(bytes.Clone(good), make([]byte, block)...), "neither a file of it nor the end"},
		{"something in the end", patched(len(good)-1, "x"), "neither a file of it nor the end"},
		{"something in the filling", patched(block+10, "x"), "something stands behind it"},
		{"cut in a file", good[:block+100], "more than there are"},
		{"a huge size", summed(124, "17777777777"), "more than there are"},
		{"a size beyond what fits", summed(124, "77777777777"), "is no size"},
		{"a negative size", summed(124, "-0000000001"), "is no size"},
		{"a size in binary", summed(124, "\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03"), "is no size"},
		{"a size with spaces", summed(124, "          3"), "is no size"},
		{"another mode", summed(100, "0000755"), "not a plain file"},
		{"an owner", summed(108, "0000001"), "not a plain file"},
		{"a date", summed(136, "00000000001"), "not a plain file"},
		{"a link", summed(156, "2"), "not a plain file"},
		{"a hard link", summed(156, "1"), "not a plain file"},
		{"a device", summed(156, "3"), "not a plain file"},
		{"a folder", summed(156, "5"), "not a plain file"},
		{"an extended header", summed(156, "x"), "not a plain file"},
		{"a long name", summed(156, "L"), "not a plain file"},
		{"a target", summed(157, "/etc/passwd"), "not a plain file"},
		{"a name of an owner", summed(265, "root"), "not a plain file"},
		{"a folder before the name", summed(345, ".."), "not a plain file"},
		{"something after the name", summed(20, "x"), "not a plain file"},
		{"a wrong sum", patched(148, "000000"), "not a plain file"},
		{"GNU's form", summed(257, "ustar  \x00"), "not a plain file"},
		{"a name with no end", summed(0, strings.Repeat("m", 100)), "no name of a file of it"},
		{"out of the folder", member("../journal"), `"../journal" is no name`},
		{"to the root", member("/etc/passwd"), `"/etc/passwd" is no name`},
		{"down and up", member("chain/../../x"), "is no name"},
		{"another folder", member("other/1.root.json"), "is no name"},
		{"version 0", member("chain/0.root.json"), "is no name"},
		{"a version with a zero before it", member("02.root.json"), "is no name"},
		{"a version with a sign", member("+2.root.json"), "is no name"},
		{"a version beyond what fits", member("99999999999999999999.root.json"), "is no name"},
		{"an arrival of no form", member("arrived-" + strings.Repeat("0", 64) + ".zip"), "is no name"},
		{"an arrival in capitals", member("arrived-" + strings.Repeat("A", 64) + ".journal"), "is no name"},
		{"a file twice", member(PlanFile), "each once"},
		{"a file out of order", member(JournalFile), "each once"},
		{"the manifest last", byOthers(t, small(), PlanFile, ManifestFile), "each once"},
		{"no manifest", byOthers(t, small(), PlanFile), "begins with no manifest.json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Read(tt.raw); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

// TestArchiveBounds: what is too large is refused before it is copied.
func TestArchiveBounds(t *testing.T) {
	huge := make([]byte, MaxArchive) // which nobody writes to, so that it costs no memory
	if _, err := Write(Files{ManifestFile: []byte("{}"), JournalFile: huge}); err == nil || !strings.Contains(err.Error(), "of at most") {
		t.Errorf("written: %v", err)
	}
	if _, err := Read(append(huge, 0)); err == nil || !strings.Contains(err.Error(), "of at most") {
		t.Errorf("read: %v", err)
	}
	many := Files{ManifestFile: []byte("{}")}
	for i := range MaxFiles {
		many[chainFolder+rootFile(int64(i+1))] = nil
	}
	if _, err := Write(many); err == nil || !strings.Contains(err.Error(), "files, of at most") {
		t.Errorf("written: %v", err)
	}
	if _, err := Write(Files{ManifestFile: []byte("{}"), "x": nil}); err == nil {
		t.Error("a name of its own is written")
	}
	if _, err := Write(Files{PlanFile: nil}); err == nil {
		t.Error("no manifest is written")
	}
}

// FuzzRead: whatever is read is what would be written.
func FuzzRead(f *testing.F) {
	f.Add(written(f, small()))
	f.Add(written(f, Files{ManifestFile: nil, "aside-" + strings.Repeat("0", 64): []byte("x")}))
	f.Add(byOthers(f, small(), PlanFile, ManifestFile))
	f.Fuzz(func(t *testing.T, raw []byte) {
		files, err := Read(raw)
		if err != nil {
			return
		}
		if again := written(t, files); !bytes.Equal(again, raw) {
			t.Error("it would be written otherwise")
		}
	})
}
