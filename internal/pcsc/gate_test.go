//go:build cgo && (linux || freebsd)

package pcsc_test

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
)

// Without the gate this test dies of SIGSEGV in libpcsclite 1.9.9, mostly within
// three seconds: SCardDisconnect walks many contexts, each of which may be
// released just then.
func TestManyContexts(t *testing.T) {
	const contexts = 180 // pcscd gives 200
	stack := pcsctest.Get(t)
	first, _ := stack.Insert(t, 0, newCard(t, 1, nil))
	second, _ := stack.Insert(t, 1, newCard(t, 2, nil))
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	var all sync.WaitGroup
	for _, reader := range []string{first, second} {
		all.Go(func() {
			for ctx.Err() == nil {
				if err := pcsc.Touch(reader); err != nil {
					t.Error(err)
				}
			}
		})
	}
	var held []func()
	for ctx.Err() == nil {
		release, err := pcsc.Establish()
		if err != nil {
			t.Fatal(err)
		}
		if held = append(held, release); len(held) == contexts {
			i := rand.IntN(contexts)
			held[i]()
			held = slices.Delete(held, i, i+1)
		}
	}
	all.Wait()
	for _, release := range held {
		release()
	}
}

// A hanging card calls hang in a command, or when it is asked for its ATR, once
// where says so.
type hanging struct {
	*pivcard.Card
	where atomic.Pointer[string]
	hang  func()
}

func (h *hanging) at(where string) {
	if at := h.where.Load(); at != nil && *at == where {
		h.hang()
	}
}

func (h *hanging) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	h.at("command")
	return h.Card.Transmit(ctx, apdu)
}

func (h *hanging) ATR() []byte {
	h.at("reset")
	return h.Card.ATR()
}

// A card that hangs keeps nobody from the other reader, wherever it hangs. How
// long others wait for it is in gate.c; here they would wait for ever.
func TestOthersGoOn(t *testing.T) {
	stack := pcsctest.Get(t)
	for _, where := range []string{"command", "reset"} {
		t.Run(where, func(t *testing.T) {
			hangs, end := make(chan struct{}), make(chan struct{})
			card := &hanging{Card: newCard(t, 1, nil), hang: sync.OnceFunc(func() {
				close(hangs)
				<-end
			})}
			reader, _ := stack.Insert(t, 0, card)
			other, _ := stack.Insert(t, 1, newCard(t, 2, nil))
			card.where.Store(&where)
			var hung sync.WaitGroup
			defer hung.Wait()
			defer close(end)
			hung.Go(func() {
				if _, err := serialOf(t.Context(), pcsc.NewReader(reader)); err != nil {
					t.Errorf("when it goes on: %v", err)
				}
			})
			<-hangs
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			for range 3 {
				if n, err := serialOf(ctx, pcsc.NewReader(other)); n != 2 || err != nil {
					t.Errorf("the other: serial %d, %v", n, err)
				}
			}
		})
	}
}

// Every call into libpcsclite, ours and piv-go's, has its gate.
func TestNoCallBeside(t *testing.T) {
	piv, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/go-piv/piv-go/v2/piv").Output()
	if err != nil {
		t.Fatal(err)
	}
	gates, flags := read(t, "gate.c"), read(t, "scard_cgo.go")
	call := regexp.MustCompile(`\b(?:C\.)?(SCard[A-Z]\w+)\(`)
	for _, dir := range []string{".", strings.TrimSpace(string(piv))} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		for _, file := range files {
			text := read(t, file)
			if !strings.Contains(text, "\nimport \"C\"\n") {
				continue
			}
			for _, m := range call.FindAllStringSubmatch(text, -1) {
				calls++
				if !strings.Contains(gates, "GATE("+m[1]+",") || !strings.Contains(flags, "-wrap="+m[1]+"\n") {
					t.Errorf("%s calls %s, which has no gate in gate.c, or no flag in scard_cgo.go", file, m[1])
				}
			}
		}
		if calls < 8 {
			t.Errorf("%s: %d calls found: is it still done with cgo?", dir, calls)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
