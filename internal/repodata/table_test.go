package repodata

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// A name twice is found wherever the two stand, among few names and many, sorted
// and not.
func TestOnce(t *testing.T) {
	for _, n := range []int{1, 2, few - 1, few, few + 1, few + 2, 100, 1000, 70_000} {
		for _, order := range []string{"rising", "falling", "mixed"} {
			names := make([]string, n)
			for i := range names {
				at := i
				switch order {
				case "falling":
					at = n - i
				case "mixed":
					at = i * 7919 % 100_003
				}
				names[i] = fmt.Sprintf("%06d", at)
			}
			object := func(names []string) []byte {
				return []byte(`{"packages":{"a":{}},"x":{"` + strings.Join(names, `":0,"`) + `":0}}`)
			}
			if _, err := Parse(object(names)); err != nil {
				t.Fatalf("%d names, %s: %v", n, order, err)
			}
			for _, again := range []int{0, n / 2, n - 1} {
				for _, at := range []int{again + 1, n} {
					if at > n {
						continue
					}
					twice := append(append(append([]string{}, names[:at]...), names[again]), names[at:]...)
					if _, err := Parse(object(twice)); !errors.Is(err, canonical.ErrDuplicate) {
						t.Fatalf("%d names, %s, the one at %d again at %d: %v", n, order, again, at, err)
					}
				}
			}
		}
	}
}

// The index of a channel takes some 30 bytes a record, half of them for a table
// that grows by doubling, and nothing that depends on what is in a record.
func TestIndexIsSmall(t *testing.T) {
	const n = 300_000
	var b strings.Builder
	b.WriteString(`{"packages":{`)
	for i := range n {
		fmt.Fprintf(&b, `"package-%d-0.tar.bz2":{"b":{"y":1,"x":[2]},"a":"\u00e9"},`, i)
	}
	b.WriteString(`"last":{}},"signatures":{`)
	for i := range n {
		fmt.Fprintf(&b, `"package-%d-0.tar.bz2":{"k":{"signature":""}},`, i)
	}
	b.WriteString(`"last":{}}}`)
	text := []byte(b.String())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	x, err := Parse(text)
	runtime.ReadMemStats(&after)
	if err != nil || x.Len() != n+1 {
		t.Fatal(x.Len(), err)
	}
	// 1 million records have 40 MB of it, which leaves what Go itself takes.
	if got := (after.TotalAlloc - before.TotalAlloc) / n; got > 40 {
		t.Errorf("%d bytes a record, garbage and all", got)
	}
}

// An object has a bounded number of members.
func TestTooMany(t *testing.T) {
	var b []byte
	for i := range maxMembers + 1 {
		b = append(strconv.AppendInt(append(b, `,"`...), int64(i), 10), `":{}`...)
	}
	many := string(b[1:])
	cases := []struct{ name, in, pointer string }{
		{"records", `{"packages":{` + many + `}}`, "/packages/4000000"},
		{"signatures", `{"packages":{},"signatures":{` + many + `}}`, "/signatures/4000000"},
		{"others", `{"packages":{},"x":{` + many + `}}`, "/x/4000000"},
	}
	if RaceEnabled {
		cases = cases[:1]
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var e *Error
			if _, err := Parse([]byte(c.in)); !errors.As(err, &e) || !errors.Is(err, canonical.ErrCount) || e.Pointer != c.pointer {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("the file's own", func(t *testing.T) {
		var b strings.Builder
		for i := range maxTop {
			fmt.Fprintf(&b, `"%d":0,`, i)
		}
		if _, err := Parse([]byte("{" + b.String() + `"packages":{}}`)); !errors.Is(err, canonical.ErrCount) {
			t.Errorf("got %v", err)
		}
	})
}

// special finds the first byte that is not plain, whatever is around it.
func TestPlain(t *testing.T) {
	text := make([]byte, 24)
	for b := range 256 {
		for _, after := range []byte{'a', ' ', '~', 0, 0x20, 0x1f, 0x7f, 0x80, 0xff, '"', '\\', '!', '#', '[', ']'} {
			for at := range text {
				for i := range text {
					text[i] = 'x'
					if i > at {
						text[i] = after
					}
				}
				text[at] = byte(b)
				want := at
				if c := byte(b); c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
					for want++; want < len(text) && after >= ' ' && after < 0x7f && after != '"' && after != '\\'; want++ {
					}
				}
				if got := plain(text, 0); got != want {
					t.Fatalf("%q: %d, want %d", text, got, want)
				}
			}
		}
	}
}
