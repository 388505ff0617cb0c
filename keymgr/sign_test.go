package keymgr_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
	"github.com/rootmoot/rootmoot/keymgr"
	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
)

// verifies checks a record's signature of a key over what package canonical, which
// keeps a tree, makes of the record.
func verifies(t testing.TB, r repodata.Record, k ed25519.PrivateKey) bool {
	t.Helper()
	v, err := canonical.Parse(r.Text, canonical.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	message, err := canonical.AppendConda(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	public := k.Public().(ed25519.PublicKey)
	for s := range r.Signatures() {
		if sig, ok := s.Raw(); ok && string(s.Key) == hex.EncodeToString(public) {
			return ed25519.Verify(public, message, sig[:])
		}
	}
	return false
}

// kinds are the two kinds of key; both must do the same.
func kinds(do func(name string, k keymgr.Key, calls *atomic.Int64)) {
	m, d := inMemory(packages), device{memory: inMemory(packages)}
	do("in memory", keymgr.InMemory(m), m.calls)
	do("on a device", keymgr.OnDevice(d), d.calls)
}

func TestSign(t *testing.T) {
	kinds(func(name string, k keymgr.Key, calls *atomic.Int64) {
		t.Run(name, func(t *testing.T) {
			some := 600
			if race {
				some = 300
			}
			s := signer(t, k)
			text := repodatatest.Channel{Records: some, Seed: 7, Keys: keymgrtest.Keys(8)}.Bytes()
			once, count := sign(t, s, text)
			if diff := cmp.Diff(keymgr.Count{Signed: some}, count); diff != "" {
				t.Error(diff)
			}
			if good(t, once, packages) != some || good(t, once, 8) != some {
				t.Errorf("%d good signatures, and %d of the other key", good(t, once, packages), good(t, once, 8))
			}
			if int(calls.Load()) != some {
				t.Errorf("signed %d times", calls.Load())
			}
			calls.Store(0)
			again, count := sign(t, s, once)
			if diff := cmp.Diff(keymgr.Count{Kept: some}, count); diff != "" || again != nil {
				t.Errorf("the second time %d bytes: %s", len(again), diff)
			}
			if name == "on a device" && calls.Load() != 0 {
				t.Errorf("the second time the device signed %d times", calls.Load())
			}
		})
	})
}

// Of a channel in which some records are new, some have changed and some have
// gone, what the key has signed stays, and what it has not is signed.
func TestSignIncremental(t *testing.T) {
	kinds(func(name string, k keymgr.Key, calls *atomic.Int64) {
		t.Run(name, func(t *testing.T) {
			text, _ := sign(t, signer(t, k), []byte(`{"packages":{"a.tar.bz2":{"n":1},"b.tar.bz2":{"n":2},"c.tar.bz2":{"n":3},"d.tar.bz2":{"n":4}}}`))
			changed := strings.NewReplacer(
				`"b.tar.bz2":{"n":2}`, `"b.tar.bz2":{"n":22}`, // changed
				`"c.tar.bz2":{"n":3},`, ``, // gone
				`"d.tar.bz2":{"n":4}`, `"d.tar.bz2":{ "n" : 4 },"e.tar.bz2":{"n":5}`, // laid out otherwise, and new
			).Replace(string(text))
			calls.Store(0)
			out, count := sign(t, signer(t, k), []byte(changed))
			if diff := cmp.Diff(keymgr.Count{Signed: 1, Replaced: 1, Kept: 2, Stale: 1}, count); diff != "" {
				t.Error(diff)
			}
			if good(t, out, packages) != 4 || !bytes.Contains(out, []byte(`"c.tar.bz2"`)) {
				t.Errorf("got %s", out)
			}
			if name == "on a device" && calls.Load() != 2 {
				t.Errorf("the device signed %d times", calls.Load())
			}
			s := signer(t, k)
			s.Prune = true
			pruned, count := sign(t, s, out)
			if diff := cmp.Diff(keymgr.Count{Kept: 4, Stale: 1, Pruned: true}, count); diff != "" {
				t.Error(diff)
			}
			if bytes.Contains(pruned, []byte(`"c.tar.bz2"`)) || good(t, pruned, packages) != 4 {
				t.Errorf("pruned %s", pruned)
			}
			if again, count := sign(t, s, pruned); again != nil || count.Pruned || count.Changed() {
				t.Errorf("pruned again: %s, %+v", again, count)
			}
		})
	})
}

// What stands under this key's name and is no good signature is replaced, whatever
// it is; what stands under others stays as it is.
func TestSignReplaces(t *testing.T) {
	public := hex.EncodeToString(keymgrtest.Key(packages).Public().(ed25519.PublicKey))
	right := ed25519.Sign(keymgrtest.Key(packages), []byte("{\n  \"n\": 1\n}"))
	for name, there := range map[string]string{
		"zeros":         `{"signature":"` + strings.Repeat("0", 128) + `"}`,
		"upper case":    fmt.Sprintf(`{"signature":"%X"}`, right),
		"more members":  fmt.Sprintf(`{"other_headers":"04","signature":"%x"}`, right),
		"no object":     `true`,
		"a bare string": fmt.Sprintf(`"%x"`, right),
	} {
		kinds(func(kind string, k keymgr.Key, _ *atomic.Int64) {
			text := `{"packages":{"a.tar.bz2":{"n":1}},"signatures":{"a.tar.bz2":{"` + public + `":` + there + `,"other":[ 1 ]}}}`
			out, count := sign(t, signer(t, k), []byte(text))
			if count != (keymgr.Count{Replaced: 1}) || good(t, out, packages) != 1 || !bytes.Contains(out, []byte(`"other":[ 1 ]`)) {
				t.Errorf("%s, %s: %+v, %s", name, kind, count, out)
			}
		})
	}
}

// The reference's own test repodata, signed with another key and again with the
// first: every byte outside of our signatures stays, the reference's signatures
// among them.
func TestSignReal(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "testdata", "conda-test-chain", "repodata.json"))
	if err != nil {
		t.Fatal(err)
	}
	before, err := repodata.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	out, count := sign(t, signer(t, keymgr.InMemory(inMemory(packages))), text)
	if count.Signed != before.Len() || good(t, out, packages) != before.Len() {
		t.Fatalf("%+v", count)
	}
	after, err := repodata.Parse(out)
	if err != nil {
		t.Fatal(err)
	}
	was, is := before.Member("signatures"), after.Member("signatures")
	if !bytes.Equal(text[:was.Offset], out[:is.Offset]) || !bytes.Equal(text[was.Offset+len(was.Value):], out[is.Offset+len(is.Value):]) {
		t.Error("bytes outside of signatures have changed")
	}
	theirs := 0
	for i := range before.Len() {
		for s := range before.Record(i).Signatures() {
			found := false
			for now := range after.Record(i).Signatures() {
				found = found || bytes.Equal(now.Key, s.Key) && bytes.Equal(now.Value, s.Value)
			}
			if theirs++; !found {
				t.Errorf("%s: a signature is gone", before.Record(i).File)
			}
		}
	}
	if theirs < 4 {
		t.Errorf("only %d signatures of the reference were there", theirs)
	}
	// Without ours it is, byte for byte, what it was: the layout is the file's own.
	ours := fmt.Sprintf("%x", keymgrtest.Key(packages).Public())
	if left := without(t, out, ours); !bytes.Equal(left, text) {
		t.Errorf("without our signatures:\n%s", cmp.Diff(string(text), string(left)))
	}
}

// without takes the lines of one key out of a file in Python's layout.
func without(t *testing.T, text []byte, key string) []byte {
	t.Helper()
	lines := strings.Split(string(text), "\n")
	var out []string
	for i := 0; i < len(lines); i++ {
		if !strings.Contains(lines[i], `"`+key+`": {`) {
			out = append(out, lines[i])
			continue
		}
		i += 2 // the signature, and the bracket
		last := len(out) - 1
		switch {
		case strings.HasSuffix(lines[i], ","):
		case strings.HasSuffix(out[last], "{"): // it was alone: the entry goes too
			out = out[:last]
			i++
		default:
			out[last] = strings.TrimSuffix(out[last], ",")
		}
	}
	return []byte(strings.Join(out, "\n"))
}

// A device that lies, breaks or is pulled leaves nothing behind that could be
// taken for a signed file.
func TestSignDeviceFails(t *testing.T) {
	text := repodatatest.Channel{Records: 300, Seed: 7}.Bytes()
	broken := errors.New("token is not there")
	for name, c := range map[string]struct {
		then func(context.Context, []byte) ([]byte, error)
		want error
	}{
		"lies":            {func(_ context.Context, m []byte) ([]byte, error) { return make([]byte, 64), nil }, keymgr.ErrBadSignature},
		"signs otherwise": {func(_ context.Context, m []byte) ([]byte, error) { return ed25519.Sign(keymgrtest.Key(9), m), nil }, keymgr.ErrBadSignature},
		"is short":        {func(_ context.Context, m []byte) ([]byte, error) { return make([]byte, 63), nil }, keymgr.ErrBadSignature},
		"says nothing":    {func(context.Context, []byte) ([]byte, error) { return nil, nil }, keymgr.ErrBadSignature},
		"breaks":          {func(context.Context, []byte) ([]byte, error) { return nil, broken }, broken},
	} {
		for _, after := range []int64{0, 299} {
			s := signer(t, keymgr.OnDevice(device{memory: inMemory(packages), after: after, then: c.then}))
			_, _, err := trySign(t.Context(), s, text)
			var of *keymgr.RecordError
			if !errors.Is(err, c.want) || !errors.As(err, &of) || of.File == "" {
				t.Errorf("%s after %d: %v", name, after, err)
			}
		}
	}
}

// It ends when it is told to, also in the middle.
func TestSignCancelled(t *testing.T) {
	text := repodatatest.Channel{Records: 3000, Seed: 7}.Bytes()
	ctx, cancel := context.WithCancel(t.Context())
	d := device{memory: inMemory(packages), after: 500, then: func(ctx context.Context, m []byte) ([]byte, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	if _, _, err := trySign(ctx, signer(t, keymgr.OnDevice(d)), text); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if n := d.calls.Load(); n > 600 {
		t.Errorf("%d signatures were asked for", n)
	}
}

// A record that has no canonical form is named, the first in the file's order of
// signatures, and whatever was done until then.
func TestSignRefusesRecord(t *testing.T) {
	text := `{"packages.conda":{"b.conda":{"n":1e999},"a.conda":{"n":1},"c.conda":{"n":1e999}}}`
	for range 20 {
		_, _, err := trySign(t.Context(), signer(t, keymgr.InMemory(inMemory(packages))), []byte(text))
		var of *keymgr.RecordError
		if !errors.As(err, &of) || of.File != "b.conda" || !errors.Is(err, canonical.ErrNumber) {
			t.Fatalf("%v", err)
		}
	}
}

// However many records there are, and whichever of them change first.
func TestSignSizes(t *testing.T) {
	sizes := []int{0, 1, 255, 256, 257, 2047, 2048, 2049}
	if race {
		sizes = []int{0, 1, 257}
	}
	for _, n := range sizes {
		text := repodatatest.Channel{Records: n, Seed: uint64(n)}.Bytes()
		s := signer(t, keymgr.InMemory(inMemory(packages)))
		told := 0
		s.Progress = func(done, of int) {
			if told++; of != n || done > n || done%256 != 0 && done != n {
				t.Errorf("%d: progress %d of %d", n, done, of)
			}
		}
		out, count := sign(t, s, text)
		if count != (keymgr.Count{Signed: n}) || n > 0 && good(t, out, packages) != n || told != (n+255)/256 {
			t.Errorf("%d: %+v, progress told %d times", n, count, told)
		}
		if n == 0 {
			continue
		}
		x, err := repodata.Parse(out)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range []int{0, n / 2, n - 1} { // one signature is damaged
			r := x.Record(slices.Collect(x.Order().All())[i])
			damaged := bytes.Clone(out)
			at := bytes.LastIndex(damaged, []byte(`"`+string(r.File)+`"`))
			sig := at + bytes.Index(damaged[at:], []byte(`"signature":"`)) + len(`"signature":"`)
			damaged[sig] ^= 1
			mended, count := sign(t, s, damaged)
			if !bytes.Equal(mended, out) || count != (keymgr.Count{Replaced: 1, Kept: n - 1}) {
				t.Errorf("%d: mended %d: %+v", n, i, count)
			}
		}
	}
}

// Signing takes no memory for each record: it holds a bounded number of them.
func TestSignAllocates(t *testing.T) {
	if race {
		return // which allocates too
	}
	text := repodatatest.Channel{Records: 2000, Seed: 7, Keys: keymgrtest.Keys(8, packages)}.Bytes()
	x, err := repodata.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	m := inMemory(packages)
	s := signer(t, keymgr.InMemory(m))
	n := testing.AllocsPerRun(3, func() {
		if _, err := s.Sign(t.Context(), x, nil); err != nil {
			t.Error(err)
		}
	})
	if n > 400 {
		t.Errorf("%v allocations for %d records", n, x.Len())
	}
}
