package repodata_test

import (
	"crypto/ed25519"
	"fmt"
	"io"
	"testing"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
)

// measure runs one pass again and again and reports what it costs each record, in
// time of the processor: the machine may have others to serve.
func measure(b *testing.B, records int, pass func()) {
	b.ReportAllocs()
	pass() // warm up
	start, err := processor()
	if err != nil {
		b.Skip(err)
	}
	for b.Loop() {
		pass()
	}
	end, _ := processor()
	b.ReportMetric((end-start)*1e9/float64(b.N*records), "cpu-ns/record")
}

// each measures on channels of several sizes and layouts.
func each(b *testing.B, pass func(b *testing.B, text []byte, x *repodata.Index)) {
	keys := []ed25519.PrivateKey{ed25519.NewKeyFromSeed(make([]byte, 32))}
	for _, n := range []int{10_000, 100_000} {
		for layout, indent := range map[string]bool{"line": false, "indent": true} {
			var text []byte
			var x *repodata.Index
			b.Run(fmt.Sprintf("%dk/%s", n/1000, layout), func(b *testing.B) {
				if text == nil {
					text = repodatatest.Channel{Records: n, Seed: 1, Keys: keys, Indent: indent}.Bytes()
					x = parse(b, text)
				}
				b.SetBytes(int64(len(text)))
				measure(b, n, func() { pass(b, text, x) })
			})
		}
	}
}

func BenchmarkParse(b *testing.B) {
	each(b, func(b *testing.B, text []byte, _ *repodata.Index) { parse(b, text) })
}

func BenchmarkCanon(b *testing.B) {
	var c repodata.Canon
	var dst []byte
	each(b, func(b *testing.B, _ []byte, x *repodata.Index) {
		for i := range x.Len() {
			var err error
			if dst, err = c.Append(dst[:0], x.Record(i).Text); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkWriteSigned(b *testing.B) {
	var sig [64]byte
	each(b, func(b *testing.B, _ []byte, x *repodata.Index) {
		e := repodata.Edit{Signature: func(int) (*[64]byte, error) { return &sig, nil }}
		if err := x.WriteSigned(io.Discard, e); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkVerify is what the others stand beside: one signature of a record.
func BenchmarkVerify(b *testing.B) {
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	message := make([]byte, 800)
	sig := ed25519.Sign(key, message)
	measure(b, 1, func() {
		if !ed25519.Verify(key.Public().(ed25519.PublicKey), message, sig) {
			b.Fatal("bad")
		}
	})
}

func parse(t testing.TB, text []byte) *repodata.Index {
	t.Helper()
	x, err := repodata.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
