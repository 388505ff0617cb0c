package rehearse_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
)

// prepared is a rehearsal's folder with its tokens.
func prepared(t *testing.T) *rehearse.Rehearsal {
	t.Helper()
	r := &rehearse.Rehearsal{Dir: t.TempDir(), Format: plan.Conda, Now: time.Now, Rand: rand.Reader}
	if err := r.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

func write(t *testing.T, r *rehearse.Rehearsal, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(r.Dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, r *rehearse.Rehearsal, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(r.Dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestEvents: each does what it says, says what it did, and does no harm when it
// happens again, as it does after a crash.
func TestEvents(t *testing.T) {
	r := prepared(t)
	write(t, r, "file", `{"sig":"31","other":"sig"}`)
	write(t, r, "journal", "one\ntwo\n")
	for _, c := range []struct {
		name  string
		event rehearse.Event
		says  string
		file  string // which then reads so
		reads string
	}{
		{"a file is carried", rehearse.Carries{From: "file", To: "stick/file"}, "file is carried to stick/file", "stick/file", `{"sig":"31","other":"sig"}`},
		{"in place of the one that was", rehearse.Carries{From: "journal", To: "stick/file"}, "journal is carried", "stick/file", "one\ntwo\n"},
		{"one digit changes", rehearse.Alters{From: "file", To: "stick/file", Behind: `"sig":"`}, `'3' becomes '7'`, "stick/file", `{"sig":"71","other":"sig"}`},
		{"a line is torn", rehearse.Tears{Journal: "journal"}, "half a line", "journal", "one\ntwo\n" + `{"n":99,"prev":"`},
		{"two files are the same", rehearse.Same{A: "file", B: "file"}, "are the same file: SHA-256", "file", `{"sig":"31","other":"sig"}`},
		{"a folder", rehearse.Makes{Folder: "new"}, "the folder new is made", "file", `{"sig":"31","other":"sig"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 2 {
				said, err := c.event.Happen(t.Context(), r)
				if err != nil || !strings.Contains(said, c.says) {
					t.Fatalf("%q, %v", said, err)
				}
			}
			have := read(t, r, c.file)
			if _, torn := c.event.(rehearse.Tears); torn {
				have = strings.TrimSuffix(have, `{"n":99,"prev":"`) // half a line twice is half a line
			}
			if have != c.reads {
				t.Errorf("%s reads %q", c.file, have)
			}
		})
	}
	for _, e := range []rehearse.Event{
		rehearse.Carries{From: "nothing", To: "stick/file"},
		rehearse.Alters{From: "file", To: "stick/file", Behind: "nothing"},
		rehearse.Same{A: "file", B: "journal"},
		rehearse.Replaces{Name: "nobody"},
		rehearse.Loses{Name: "nobody", To: "lost"},
		rehearse.Blocks{Name: "nobody"},
		rehearse.SignsHead{Sitting: "next", Key: "key", To: "stick/head.sig"},
	} {
		if said, err := e.Happen(t.Context(), r); err == nil {
			t.Errorf("%+v happens: %s", e, said)
		}
	}
}

// TestTokenEvents: tokens are lost, replaced and blocked, by the card itself.
func TestTokenEvents(t *testing.T) {
	r := prepared(t)
	tokens := filepath.Join(r.Dir, "tokens")
	inspect := func(name string) (serial string, left int) {
		t.Helper()
		tok, err := rehearsal.Open(tokens, name, rehearsal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer tok.Close()
		info, err := tok.Inspect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return info.Serial, info.PINLeft
	}
	was, _ := inspect("boston")
	happen := func(e rehearse.Event) {
		t.Helper()
		for range 2 {
			if _, err := e.Happen(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
	}
	happen(rehearse.Loses{Name: "boston", To: "lost"})
	if _, err := os.Stat(filepath.Join(tokens, "boston.token.json")); !os.IsNotExist(err) {
		t.Errorf("the token of boston is still there: %v", err)
	}
	read(t, r, "lost/boston.token.json")
	happen(rehearse.Replaces{Name: "boston"})
	if now, _ := inspect("boston"); now == was {
		t.Error("the new token of boston is the old one")
	}
	happen(rehearse.Blocks{Name: "dakar"})
	if _, left := inspect("dakar"); left != 0 {
		t.Errorf("the PIN of dakar has %d tries left", left)
	}
	if _, left := inspect("chennai"); left != 3 {
		t.Errorf("the PIN of chennai has %d tries left", left)
	}
}
