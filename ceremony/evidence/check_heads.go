package evidence

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/root"
)

// A journalCopy is a journal somewhere in the evidence.
type journalCopy struct {
	where string
	id    [16]byte
	lines []journal.Line
}

// copies judges this place's journal by what was signed, and by other copies of
// it; and all journals by each other.
func (a *audit) copies() {
	heads := a.heads()
	f := stand(a.r.Lines, heads)
	all := a.journals()
	if f.bad {
		for _, c := range all[1:] {
			f.compare(a.r.Lines, c, all[0].id)
		}
	}
	a.r.Covered = f.covered
	last := len(a.r.Lines) - 1
	if f.bad && unbroken(a.r.Lines) < last {
		a.fail(ruleJournal, JournalFile, "%s", f.text())
	} else {
		a.pass(ruleJournal, JournalFile, "%d entries, each after the one before", last)
	}
	for _, h := range f.lost {
		a.fail(ruleHead, JournalFile, "%s, recorded as entry %d, is over the head %v, which is none of an unbroken journal; %s", h.by, h.at, h.head, f.text())
	}
	if a.r.State != nil && len(f.lost) == 0 {
		a.held(len(heads))
	}
	a.equivocations(all)
}

// held says how far signatures carry a journal in which every signed head is.
func (a *audit) held(heads int) {
	switch why := a.estranged(); {
	case heads > 0:
		a.pass(ruleHead, JournalFile, "%d heads are signed; the last covers the entries up to %d of %d", heads, a.r.Covered, len(a.r.Lines)-1)
	case why != "":
		a.fail(ruleHead, JournalFile, "%s", why)
	default:
		a.warn(ruleHead, JournalFile, "nobody has signed a head of this journal: all of it is claimed")
	}
}

// compare names the first bad entry by a copy of the journal, if what the copy
// has instead was signed: it holds a head that this one lost.
func (f *footing) compare(lines []journal.Line, c journalCopy, id [16]byte) {
	i, differs := differ(lines, c.lines)
	if c.id != id || !differs || unbroken(c.lines) < len(c.lines)-1 {
		return
	}
	later := make(map[root.Digest]bool)
	for _, l := range c.lines[i:] {
		later[root.Digest(l.Digest)] = true
	}
	for _, h := range f.lost {
		if later[h.head] {
			f.first, f.last = i, i
			f.why = fmt.Sprintf("%s has another one there, and the head that %s is over", c.where, h.by)
			return
		}
	}
}

// journals are all in the evidence, and in what lies beside it, this place's own
// first; each text once.
func (a *audit) journals() []journalCopy {
	var out []journalCopy
	seen := make(map[root.Digest]bool)
	add := func(where string, text []byte) {
		d := root.DigestOf(text)
		if seen[d] {
			return
		}
		seen[d] = true
		header, lines, err := journal.Survey(text)
		if err == nil && len(lines) > 0 && (lines[0].Err == nil || len(out) == 0) {
			out = append(out, journalCopy{where, header.ID, lines})
		}
	}
	add("the journal", a.files[JournalFile])
	for _, d := range sorted(a.arrivals) {
		if v := a.arrivals[d]; v.record != nil {
			add(v.source(), v.text)
		}
	}
	for i, raw := range a.o.Beside {
		where := fmt.Sprintf("the evidence beside (%d)", i+1)
		files, err := Read(raw)
		if err != nil {
			a.fail(ruleArchive, where, "%v", err)
			continue
		}
		add("the journal of "+where, files[JournalFile])
		for _, name := range slices.Sorted(maps.Keys(files)) {
			v := arrival{raw: files[name]}
			if _, came := arrivedDigest(name); !came || strings.HasPrefix(name, "aside-") {
				continue
			}
			_, form, _ := strings.Cut(name, ".")
			v.Form = ceremony.ArrivedForm(form)
			if v.err = v.read(); v.record != nil {
				add(name+" of "+where, v.text)
			}
		}
	}
	return out
}

// equivocations finds journals of one writer that say two things: of those with
// one id, each must be a beginning of the longest.
func (a *audit) equivocations(all []journalCopy) {
	longest := make(map[[16]byte]journalCopy)
	for _, c := range all {
		if len(c.lines) > len(longest[c.id].lines) {
			longest[c.id] = c
		}
	}
	good := true
	for _, x := range all {
		y := longest[x.id]
		if n, differs := differ(x.lines, y.lines); differs {
			good = a.fail(ruleEquivocation, JournalFile, "%s and %s have one id and go different ways from entry %d on: the place wrote two records, or somebody changed one", x.where, y.where, n)
		}
	}
	if good {
		a.pass(ruleEquivocation, JournalFile, "of %d journals none goes another way than another of its id", len(all))
	}
}

// sorted are the keys of a map, in order.
func sorted[V any](m map[root.Digest]V) []root.Digest {
	return slices.SortedFunc(maps.Keys(m), func(a, b root.Digest) int { return bytes.Compare(a[:], b[:]) })
}
