package repodata_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
)

func read(raw []byte, form repodata.Form, limit int) ([]byte, error) {
	return repodata.Read(bytes.NewReader(raw), int64(len(raw)), form, limit)
}

// command compresses with the zstd of its authors.
func command(t *testing.T, text []byte, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath("zstd"); err != nil {
		t.Skip("zstd is not installed")
	}
	c := exec.Command("zstd", append([]string{"-q", "-c"}, args...)...)
	c.Stdin = bytes.NewReader(text)
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", c, err, &errs)
	}
	return out
}

// encoded compresses with the library, whose frames say how large they are.
func encoded(t testing.TB, text []byte, options ...zstd.EOption) []byte {
	t.Helper()
	e, err := zstd.NewWriter(nil, options...)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	return e.EncodeAll(text, nil)
}

func TestFormOf(t *testing.T) {
	for name, want := range map[string]repodata.Form{"repodata.json": repodata.Plain, "noarch/current_repodata.json.zst": repodata.Zstd} {
		if got, err := repodata.FormOf(name); got != want || err != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, name := range []string{"repodata.json.bz2", "repodata.zst", "repodata", "repodata.JSON"} {
		if got, err := repodata.FormOf(name); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestRead(t *testing.T) {
	text := repodatatest.Channel{Records: 1000, Seed: 3, Indent: true}.Bytes()
	half := len(text) / 2
	size := fmt.Sprintf("--stream-size=%d", len(text))
	for _, c := range []struct {
		name string
		raw  func() []byte
		form repodata.Form
	}{
		{"plain", func() []byte { return text }, repodata.Plain},
		{"no size, as from a pipe", func() []byte { return command(t, text) }, repodata.Zstd},
		{"level 1, no checksum", func() []byte { return command(t, text, "-1", "--no-check") }, repodata.Zstd},
		{"level 19, with a size", func() []byte { return command(t, text, "-19", size) }, repodata.Zstd},
		{"level 22", func() []byte { return command(t, text, "--ultra", "-22", size) }, repodata.Zstd},
		{"a long window", func() []byte { return command(t, text, "--long=27") }, repodata.Zstd},
		{"two frames", func() []byte {
			return slices.Concat(command(t, text[:half]), command(t, text[half:]))
		}, repodata.Zstd},
		{"two frames that say their size", func() []byte {
			return slices.Concat(encoded(t, text[:half]), encoded(t, text[half:]))
		}, repodata.Zstd},
		{"a frame to be skipped, and more", func() []byte {
			return slices.Concat([]byte("\x50\x2a\x4d\x18\x03\x00\x00\x00abc"), encoded(t, text))
		}, repodata.Zstd},
		{"one segment", func() []byte { return encoded(t, text, zstd.WithSingleSegment(true)) }, repodata.Zstd},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw := c.raw()
			got, err := read(raw, c.form, 0)
			if err != nil || !bytes.Equal(got, text) {
				t.Fatalf("%d of %d bytes, %v", len(got), len(text), err)
			}
			if got, err = read(raw, c.form, len(text)); err != nil || !bytes.Equal(got, text) {
				t.Errorf("at the limit: %d bytes, %v", len(got), err)
			}
			if _, err = read(raw, c.form, len(text)-1); !errors.Is(err, canonical.ErrSize) {
				t.Errorf("beyond the limit: %v", err)
			}
		})
	}
	if got, err := read(encoded(t, nil), repodata.Zstd, 0); len(got) != 0 || err != nil {
		t.Errorf("nothing: %q, %v", got, err)
	}
}

func TestReadRefuses(t *testing.T) {
	text := repodatatest.Channel{Records: 300, Seed: 3}.Bytes()
	good := encoded(t, text)
	window := bytes.Clone(good[:4])
	window = append(window, 0, 18<<3, 1, 0, 0) // of 256 MiB, and one empty block
	segment := append(bytes.Clone(good[:4]), 0xe0|0x20, 0, 0, 0, 0x40, 0, 0, 0, 0, 1, 0, 0)
	for _, c := range []struct {
		name string
		raw  []byte
		form repodata.Form
		want string
	}{
		{"zstd called JSON", good, repodata.Plain, "this is zstd, not JSON: its name should end in .json.zst"},
		{"JSON called zstd", text, repodata.Zstd, "zstd: this is not zstd"},
		{"nothing", nil, repodata.Zstd, "zstd: the file ends too early"},
		{"a window too large", window, repodata.Zstd, "zstd: too large: wants a window of more than 134217728 bytes"},
		{"a segment too large", segment, repodata.Zstd, "zstd: too large: wants a window of more than 134217728 bytes"},
		{"more that is not zstd", slices.Concat(good, []byte("more")), repodata.Zstd, "zstd: this is not zstd"},
		{"one byte more", slices.Concat(good, []byte("\x28")), repodata.Zstd, "zstd: the file ends too early"},
		{"three bytes more", slices.Concat(good, []byte("\x28\xb5\x2f")), repodata.Zstd, "zstd: the file ends too early"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := read(c.raw, c.form, 0)
			if err == nil || err.Error() != c.want {
				t.Errorf("%d bytes\nsays  %v\nwants %s", len(got), err, c.want)
			}
		})
	}
	t.Run("shorter than it was", func(t *testing.T) {
		if _, err := repodata.Read(bytes.NewReader(text), int64(len(text)+1), repodata.Plain, 0); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("got %v", err)
		}
	})
}

// Cut anywhere, or with any byte changed, it is refused or it is the same text.
func TestReadMangled(t *testing.T) {
	text := []byte(small)
	for name, good := range map[string][]byte{"one frame": encoded(t, text), "two": slices.Concat(encoded(t, text[:100]), encoded(t, text[100:]))} {
		for i := range good {
			if got, err := read(good[:i], repodata.Zstd, 0); err == nil && !bytes.Equal(got, text[:100]) {
				t.Errorf("%s: cut at %d of %d: %q", name, i, len(good), got)
			}
			mangled := bytes.Clone(good)
			mangled[i] ^= 1 << (i % 8)
			if got, err := read(mangled, repodata.Zstd, 1<<20); err == nil && !bytes.Equal(got, text) {
				t.Errorf("%s: byte %d of %d changed: %q", name, i, len(good), got)
			}
		}
	}
}

// A bomb is refused by what it says, or measured and never held.
func TestBombs(t *testing.T) {
	const n = 300 << 20
	for _, c := range []struct {
		name    string
		options []zstd.EOption
	}{
		{"says how large it is", nil},
		{"says nothing", []zstd.EOption{zstd.WithWindowSize(1 << 20)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bomb := bombed(t, n, c.options)
			if c.options == nil {
				bomb = encoded(t, make([]byte, n))
			}
			if len(bomb) > 1<<20 {
				t.Fatalf("%d bytes are no bomb", len(bomb))
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got, err := read(bomb, repodata.Zstd, n-1)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, canonical.ErrSize) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 20<<20 {
				t.Errorf("%d bytes of memory", took)
			}
		})
	}
	t.Run("says more than there is", func(t *testing.T) {
		lie := append([]byte("\x28\xb5\x2f\xfd"), 0xc0, 0x58, 0, 0, 0, 0x40, 0, 0, 0, 0, 1, 0, 0) // 1 GiB, and one empty block
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := read(lie, repodata.Zstd, 0)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%d bytes", len(got))
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 20<<20 {
			t.Errorf("%d bytes of memory", took)
		}
	})
}

// bombed is n zeros in a frame that does not say so.
func bombed(t *testing.T, n int, options []zstd.EOption) []byte {
	t.Helper()
	var b bytes.Buffer
	e, err := zstd.NewWriter(&b, options...)
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range n / len(zeros) {
		if _, err := e.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A text is held once: what else reading takes does not grow with it.
func TestReadHoldsOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var b strings.Builder
	for b.Len() < 24<<20 {
		fmt.Fprintf(&b, "%08x and so on, ", r.Uint32()) // shrinks to a fifth or so
	}
	text := []byte(b.String())
	for name, raw := range map[string][]byte{
		"plain":     text,
		"says size": encoded(t, text, zstd.WithWindowSize(8<<20)),
		"does not":  command(t, text, "-3"),
	} {
		form := repodata.Zstd
		if name == "plain" {
			form = repodata.Plain
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if got, err := read(raw, form, 0); err != nil || len(got) != len(text) {
			t.Fatalf("%s: %d bytes, %v", name, len(got), err)
		}
		runtime.ReadMemStats(&after)
		if took := int(after.TotalAlloc-before.TotalAlloc) - len(text); took > 12<<20 {
			t.Errorf("%s: %d bytes beside the text", name, took)
		}
	}
}
