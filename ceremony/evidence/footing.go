package evidence

import (
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/root"
)

// A signedHead is a head of this journal that somebody has signed.
type signedHead struct {
	head root.Digest
	by   string // whose signature it is, for people
	at   int    // the entry that records it
	// elsewhere is set where it may as well be over the journal of another place.
	elsewhere bool
}

// A footing is how far signatures carry a journal: up to which entry, and what
// lies in between that they contradict.
type footing struct {
	covered int // the last entry that a signature covers, with an unbroken chain before it
	// The first entry that is not what was signed is among these; both are 0
	// where there is none. The header counts as entry 0, and then bad is set.
	bad         bool
	first, last int
	why         string       // what is wrong with the last of them
	lost        []signedHead // heads that are none of an unbroken journal
}

// stand computes how far heads carry the lines of a journal.
func stand(lines []journal.Line, heads []signedHead) footing {
	f := footing{}
	whole := unbroken(lines)
	at := make(map[root.Digest]int)
	for i, l := range lines {
		at[root.Digest(l.Digest)] = i
	}
	end := len(lines) // the entry that records a lost head: that head's is wrong, or it
	for _, h := range heads {
		switch i, there := at[h.head]; {
		case there && i <= whole:
			f.covered = max(f.covered, i)
		case there || !h.elsewhere:
			f.lost = append(f.lost, h)
			end = min(end, h.at)
		}
	}
	f.first = f.covered + 1
	switch {
	case whole < len(lines)-1:
		f.bad = true
		f.last, f.why = breach(lines, whole+1, at, heads)
		f.first = min(f.first, f.last)
	case len(f.lost) > 0:
		f.bad = true
		f.last = max(f.first, end)
		f.why = fmt.Sprintf("the head that %s is over is not in the journal, though all hashes fit: it was written anew", f.lost[0].by)
	default:
		f.first = 0
	}
	return f
}

// unbroken is the last line up to which each follows from the one before.
func unbroken(lines []journal.Line) int {
	if lines[0].Err != nil {
		return -1
	}
	for i := 1; i < len(lines); i++ {
		if lines[i].Entry.N != i || !follows(lines, i) {
			return i - 1
		}
	}
	return len(lines) - 1
}

// follows reports whether a line is an entry that names the line before it.
func follows(lines []journal.Line, i int) bool {
	return lines[i].Err == nil && lines[i].Entry.Prev == lines[i-1].Digest
}

// breach says which entry is wrong where line b does not follow. If what stands
// from there on is what was signed, it is the one that should stand before it.
func breach(lines []journal.Line, b int, at map[root.Digest]int, heads []signedHead) (entry int, why string) {
	l := lines[b]
	n, prev := l.Entry.N, root.Digest(l.Entry.Prev)
	switch {
	case l.Err != nil:
		return b, l.Err.Error()
	case !vouched(lines, b, at, heads):
		if n != b {
			return b, fmt.Sprintf("it is counted as %d", n)
		}
		return b, fmt.Sprintf("it follows an entry with the SHA-256 %v, and the one before it has %x", prev, lines[b-1].Digest)
	case n > b:
		return b, fmt.Sprintf("it is missing: entry %d stands there, which was signed", n)
	case n < 1:
		return b, fmt.Sprintf("it is counted as %d", n)
	case n < b && root.Digest(lines[n-1].Digest) == prev:
		return n, fmt.Sprintf("it was put between entries that were signed, %d lines before the true one", b-n)
	}
	return n - 1, fmt.Sprintf("it was changed: entry %d, which was signed, follows another one, with the SHA-256 %v", n, prev)
}

// vouched reports whether a head that was signed carries the lines from b on, or
// is the one that line b names.
func vouched(lines []journal.Line, b int, at map[root.Digest]int, heads []signedHead) bool {
	end := b // of the unbroken lines from b on
	for end+1 < len(lines) && follows(lines, end+1) {
		end++
	}
	return slices.ContainsFunc(heads, func(h signedHead) bool {
		i, there := at[h.head]
		return h.head == root.Digest(lines[b].Entry.Prev) || there && i >= b && i <= end
	})
}

// differ is the first line in which two journals differ; false if one is the
// beginning of the other.
func differ(a, b []journal.Line) (int, bool) {
	for i := range min(len(a), len(b)) {
		if a[i].Digest != b[i].Digest {
			return i, true
		}
	}
	return 0, false
}

// text says which entry is the first bad one, as exactly as it is known.
func (f footing) text() string {
	name := func(i int) string {
		if i == 0 {
			return "the header"
		}
		return fmt.Sprintf("entry %d", i)
	}
	if f.first >= f.last {
		return fmt.Sprintf("first bad entry: %s: %s", name(f.last), f.why)
	}
	return fmt.Sprintf("first bad entry: %s, or one from %s on, if the hashes after it were made anew: %s", name(f.last), name(f.first), f.why)
}
