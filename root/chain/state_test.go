package chain

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

func opened(t *testing.T, dir *os.Root) State {
	t.Helper()
	s, err := OpenState(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestState(t *testing.T) {
	dir := folder(t)
	s := opened(t, dir)
	if n, err := s.Newest(t.Context()); n != 0 || err != nil {
		t.Errorf("an empty state: %d, %v", n, err)
	}
	for _, n := range []int{1, 2, 3, 2, 7} { // again is nothing, and a newer pin leaves a gap
		raw, r := sigstore(t, n)
		if err := s.Keep(raw, r); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff("1.root.json 2.root.json 3.root.json 7.root.json", lies(t, dir)); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if n, err := s.Newest(t.Context()); n != 0 || err != nil {
		t.Errorf("what this run keeps was not seen before it: newest %d, %v", n, err)
	}
	s = opened(t, dir)
	if n, err := s.Newest(t.Context()); n != 7 || err != nil {
		t.Errorf("newest %d, %v", n, err)
	}
	for _, n := range []int{5, 8} { // the past is not filled in
		raw, r := sigstore(t, n)
		if err := s.Keep(raw, r); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff("1.root.json 2.root.json 3.root.json 7.root.json 8.root.json", lies(t, dir)); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	want, _ := sigstore(t, 3)
	if raw, err := s.Read(t.Context(), "3.root.json", root.MaxSize); err != nil || string(raw) != string(want) {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
	for _, name := range []string{"4.root.json", keyManager} {
		if _, err := s.Read(t.Context(), name, root.MaxSize); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Newest(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// What was kept first stays, byte for byte, whatever comes under its version.
func TestStateKeepsTheFirst(t *testing.T) {
	dir := folder(t)
	s := opened(t, dir)
	raw, r := sigstore(t, 3)
	if err := s.Keep(raw, r); err != nil {
		t.Fatal(err)
	}
	spaced := append([]byte("\n"), raw...)
	if err := s.Keep(spaced, r); err != nil {
		t.Errorf("the same root in another layout: %v", err)
	}
	other := []byte(strings.Replace(string(raw), `"_type"`, `"x-fork": 1, "_type"`, 1))
	fork, err := root.Parse(other)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Keep(other, fork)
	var forked *ForkError
	if !errors.As(err, &forked) || forked.Seen != r.Digest || forked.Now != fork.Digest || !strings.Contains(err.Error(), "equivocation") {
		t.Errorf("another root of version 3: %v", err)
	}
	if err := s.Keep(raw, fork); err == nil {
		t.Error("bytes of one root are kept as another")
	}
	if have, err := dir.ReadFile("3.root.json"); err != nil || string(have) != string(raw) {
		t.Errorf("the first file is not as it was: %v", err)
	}
	if err := dir.WriteFile("4.root.json", []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	raw, r = sigstore(t, 4)
	if err := s.Keep(raw, r); err == nil || !strings.Contains(err.Error(), "what was remembered cannot be read") {
		t.Errorf("over a damaged file: %v", err)
	}
}

// manager is the test chain's key manager, changed.
func manager(t *testing.T, old, new string) ([]byte, *root.KeyManager) {
	t.Helper()
	raw, err := os.ReadFile("../../testdata/conda-test-chain/key_mgr.json")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), old) {
		t.Fatalf("the key manager has no %s", old)
	}
	raw = []byte(strings.Replace(string(raw), old, new, 1))
	m, err := root.ParseKeyManager(raw)
	if err != nil {
		t.Fatal(err)
	}
	return raw, m
}

func TestStateKeyManager(t *testing.T) {
	dir := folder(t)
	s := opened(t, dir)
	const version = `"version": 1`
	for _, c := range []struct {
		old, new string
		file     string // that is the newest afterwards
	}{
		{`,
    "version": 1`, ``, "at-1700092800.key_mgr.json"},
		{version, `"version": 9`, "9.key_mgr.json"},
		{version, `"version": 10`, "10.key_mgr.json"},
		{version, `"version": 2`, "10.key_mgr.json"}, // which is refused before; here it does no harm
	} {
		raw, m := manager(t, c.old, c.new)
		if err := s.KeepKeyManager(raw, m); err != nil {
			t.Fatal(err)
		}
		have, err := s.Read(t.Context(), keyManager, root.MaxSize)
		want, _ := dir.ReadFile(c.file)
		if err != nil || want == nil || string(have) != string(want) {
			t.Errorf("after %q: %v, not %s", c.new, err, c.file)
		}
	}
	raw, m := manager(t, version, `"version": 10, "x-fork": 1`)
	other, _ := manager(t, version, `"version": 11`)
	for _, bad := range [][]byte{nil, []byte("junk"), other} {
		if err := s.KeepKeyManager(bad, m); err == nil {
			t.Errorf("%.20q is kept as version 10", bad)
		}
	}
	var forked *ForkError
	if err := s.KeepKeyManager(raw, m); !errors.As(err, &forked) || forked.Name != "10.key_mgr.json" {
		t.Errorf("another of version 10: %v", err)
	}
}

// A key manager under a name that is not its own is told, not believed.
func TestStateOfExchangedManagers(t *testing.T) {
	dir := folder(t)
	s := opened(t, dir)
	raw, m := manager(t, `"version": 1`, `"version": 3`)
	if err := s.KeepKeyManager(raw, m); err != nil {
		t.Fatal(err)
	}
	old, _ := manager(t, `"version": 1`, `"version": 1`)
	for _, holds := range [][]byte{old, []byte("junk"), nil} {
		if err := dir.WriteFile("99.key_mgr.json", holds, 0o644); err != nil {
			t.Fatal(err)
		}
		var damage *DamageError
		if _, err := s.Read(t.Context(), keyManager, root.MaxSize); !errors.As(err, &damage) || damage.Name != "99.key_mgr.json" {
			t.Errorf("%.20q: %v", holds, err)
		}
	}
}

// Foreign files are told, and those of a write that was cut short are none.
func TestForeign(t *testing.T) {
	dir := folder(t)
	lay(t, dir, "1.root.json .tmp-x=1 7.key_mgr.json=1")
	if name, err := Foreign(dir); name != "" || err != nil {
		t.Errorf("%q, %v", name, err)
	}
	lay(t, dir, "root.json=1")
	if name, err := Foreign(dir); name != "root.json" || err != nil {
		t.Errorf("%q, %v", name, err)
	}
}

func TestManagerNames(t *testing.T) {
	for _, bad := range []string{
		"key_mgr.json", ".key_mgr.json", "0.key_mgr.json", "01.key_mgr.json", "-1.key_mgr.json", "+1.key_mgr.json", "1.key_mgr.json.bak",
		"at-.key_mgr.json", "at-01.key_mgr.json", "at-1.5.key_mgr.json", "1.Key_mgr.json", "99999999999999999999.key_mgr.json", "1.root.json",
	} {
		if a, ok := parseManagerName(bad); ok {
			t.Errorf("%q is taken as %v", bad, a)
		}
	}
	for _, good := range []string{"1.key_mgr.json", "9223372036854775807.key_mgr.json", "at-0.key_mgr.json", "at-1700092800.key_mgr.json", "at--5.key_mgr.json"} {
		if a, ok := parseManagerName(good); !ok || a.name() != good {
			t.Errorf("%q is not taken", good)
		}
	}
}

// Several writers at once leave every version, each as one of them had it.
func TestStateManyWriters(t *testing.T) {
	dir := folder(t)
	var group sync.WaitGroup
	errs := make(chan error, 8)
	for range 8 {
		group.Go(func() {
			s, err := OpenState(dir)
			if err != nil {
				errs <- err
				return
			}
			for n := 1; n <= 15; n++ {
				raw, err := os.ReadFile(fmt.Sprintf("../../testdata/sigstore/%d.root.json", n))
				if err != nil {
					errs <- err
					return
				}
				r, err := root.Parse(raw)
				if err == nil {
					err = s.Keep(raw, r)
				}
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	group.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	if versions, err := Open(dir).Versions(); err != nil || len(versions) != 15 {
		t.Errorf("kept %v, %v", versions, err)
	}
	for n := 1; n <= 15; n++ {
		want, _ := sigstore(t, n)
		if have, err := safefile.Read(safefile.In(dir), Name(int64(n)), root.MaxSize); err != nil || string(have) != string(want) {
			t.Errorf("version %d: %v", n, err)
		}
	}
}
