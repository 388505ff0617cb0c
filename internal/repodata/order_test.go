package repodata_test

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
)

func TestOrder(t *testing.T) {
	for _, text := range []string{
		`{"packages":{}}`,
		`{"packages":{"b":{},"a":{},"d":{}},"packages.conda":{"e":{},"c":{},"\u0041":{}},"signatures":{"bb":{}}}`,
		string(repodatatest.Channel{Records: 3000, Seed: 3}.Bytes()),
	} {
		x := parse(t, []byte(text))
		var got, want []string
		for n := range x.Order().All() {
			got = append(got, string(x.Record(n).File))
		}
		for n := range x.Order().All() {
			if string(x.Record(n).File) != got[0] {
				t.Errorf("begins with %s", x.Record(n).File)
			}
			break
		}
		for i := range x.Len() {
			want = append(want, string(x.Record(i).File))
		}
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("got %.200q, want %.200q", got, want)
		}
		e := repodata.Edit{Key: ours, Signature: func(n int) (*[64]byte, error) { return &[64]byte{byte(n)}, nil }}
		plain := edited(t, x, e)
		if e.Order = x.Order(); edited(t, x, e) != plain {
			t.Error("with the order at hand another file is written")
		}
	}
}

// What is compressed here is read here, and by zstd itself.
func TestCompress(t *testing.T) {
	text := repodatatest.Channel{Records: 3000, Seed: 3}.Bytes()
	var packed bytes.Buffer
	z, err := repodata.Compress(&packed)
	if err != nil {
		t.Fatal(err)
	}
	for rest := text; len(rest) > 0; {
		n, err := z.Write(rest[:min(len(rest), 10_007)])
		if err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	back, err := repodata.Read(bytes.NewReader(packed.Bytes()), int64(packed.Len()), repodata.Zstd, 0)
	if err != nil || !bytes.Equal(back, text) {
		t.Errorf("%d bytes came back as %d, %v", len(text), len(back), err)
	}
	if _, err := exec.LookPath("zstd"); err != nil {
		t.Skip("Debian's package zstd is not installed")
	}
	cmd := exec.Command("zstd", "-d", "-c")
	cmd.Stdin = &packed
	if back, err := cmd.Output(); err != nil || !bytes.Equal(back, text) {
		t.Errorf("zstd: %d bytes came back as %d, %v", len(text), len(back), err)
	}
	if z, err := repodata.Compress(&narrow{10}); err == nil {
		_, err = z.Write([]byte(strings.Repeat("x", 1<<20)))
		if closed := z.Close(); err == nil && closed == nil {
			t.Error("nothing said that there was no room")
		}
	}
}
