package journal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// ErrLocked is wrapped by [Open] when another process, or another part of this
// one, is the journal's writer.
var ErrLocked = safefile.ErrLocked

// ErrBroken is wrapped by [Journal.Append] after a write has failed: what is on
// the medium is no longer known. Open the journal again.
var ErrBroken = errors.New("an earlier write failed, open the journal again")

// ErrGone is wrapped by [Journal.Append] when the journal's file was removed,
// renamed or replaced while it was open. What is written to it then reaches no
// name, and would be lost with the process.
var ErrGone = errors.New("the journal was removed or replaced while it was open: put it back, and open it again")

// ErrClosed is wrapped by [Journal.Append] after [Journal.Close].
var ErrClosed = errors.New("the journal is closed")

// Journal is a journal open for writing. It is not for use by several
// goroutines at once.
type Journal struct {
	name   string
	dir    safefile.Dir
	file   safefile.File
	size   int64 // where the next entry goes
	n      int   // entries so far
	head   [32]byte
	broken error // why nothing more can be appended
}

// Opened is what [Open] found.
type Opened struct {
	Header   Header
	Entries  []Entry
	Repaired *Repair // nil if the last line was whole
}

// Repair tells of a last line that was no entry, and where its bytes are kept.
//
// Without a line feed it was cut short, and never reported as written: the line
// feed is written with it. With one it may be a write of which some blocks never
// reached the medium, where what lay there before shows, of several lines
// perhaps; but it may also be an entry that
// was reported as written, and was changed since. The two cannot be told apart
// from here, so whoever reads this should compare the bytes kept with what else
// tells of the entry: a copy, or a head that was signed.
type Repair struct {
	Entry int    // the number that the entry would have had
	Bytes int    // how many there were of it
	Ended bool   // a line feed is among them: it may have been reported as written
	File  string // where they were moved, beside the journal
}

// Create starts a journal called name in dir and opens it. An existing journal
// with another header, or with entries, is a safefile.ExistsError.
func Create(dir safefile.Dir, name string, h Header) (*Journal, error) {
	line, err := appendHeader(nil, h)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := safefile.Create(dir, name, append(line, '\n'), perm); err != nil {
		return nil, fmt.Errorf("start a journal: %w", err)
	}
	j, _, err := Open(dir, name)
	return j, err
}

// perm is who may read and write a journal, and what was its last line.
const perm = 0o600

// Open locks the journal called name in dir, reads it, verifies its chain and
// moves a last line that is no entry aside (see [Repair]). Errors wrap [ErrLocked], or are a
// [*DamageError].
func Open(dir safefile.Dir, name string) (*Journal, Opened, error) {
	f, err := openFile(dir, name)
	if err != nil {
		return nil, Opened{}, fmt.Errorf("open the journal: %w", err)
	}
	j := &Journal{name: name, dir: dir, file: f}
	opened, err := j.load()
	if err != nil {
		_ = f.Close() // nothing was written through it that matters
		return nil, Opened{}, fmt.Errorf("%s: %w", name, err)
	}
	return j, opened, nil
}

// load reads the file and makes j ready to append to it.
func (j *Journal) load() (Opened, error) {
	raw, err := io.ReadAll(io.LimitReader(j.file, MaxSize+1))
	if err != nil {
		return Opened{}, fmt.Errorf("read: %w", err)
	}
	header, entries, torn, err := scan(raw)
	if err != nil {
		return Opened{}, err
	}
	opened := Opened{Header: header, Entries: entries}
	if len(torn) > 0 {
		aside, err := j.setAside(raw, torn)
		if err != nil {
			return Opened{}, err
		}
		opened.Repaired = &Repair{Entry: len(entries) + 1, Bytes: len(torn), Ended: bytes.ContainsRune(torn, '\n'), File: aside}
	}
	raw = raw[:len(raw)-len(torn)]
	j.size, j.n = int64(len(raw)), len(entries)
	last := raw[lastLine(raw):]
	j.head = sha256.Sum256(last[:len(last)-1])
	// Its name may be in memory only too, if whoever began the journal was killed.
	if err := j.dir.Sync(); err != nil {
		return Opened{}, err
	}
	// The last writer may have died between write and sync, or after a sync
	// that failed; then the system may hold the line in memory and believe
	// that it is on the medium. So it is written once more before it is relied on.
	if err := j.write(last, j.size-int64(len(last))); err != nil {
		return Opened{}, err
	}
	return opened, nil
}

// lastLine is where the last line of raw begins. raw ends with a line feed.
func lastLine(raw []byte) int {
	for i := len(raw) - 1; i > 0; i-- {
		if raw[i-1] == '\n' {
			return i
		}
	}
	return 0
}

// maxTorn bounds the search for a free name; a place does not crash so often.
const maxTorn = 1000

// setAside keeps torn, the end of raw, in a file of its own, and then cuts it
// off. Doing it again after a crash in between finds that file and goes on.
func (j *Journal) setAside(raw, torn []byte) (aside string, err error) {
	for n := 1; n <= maxTorn; n++ {
		aside = fmt.Sprintf("%s.torn-%d", j.name, n)
		err = safefile.Create(j.dir, aside, torn, perm)
		var taken *safefile.ExistsError
		if !errors.As(err, &taken) {
			break
		}
	}
	if err != nil {
		return "", fmt.Errorf("move a torn last line aside: %w", err)
	}
	if err := j.file.Truncate(int64(len(raw) - len(torn))); err != nil {
		return "", fmt.Errorf("cut off a torn last line, kept as %s: %w", aside, err)
	}
	return aside, nil // synced with what is written next
}

// Ready reports whether the next Append could reach the journal at all: whoever
// is to sign something is asked only if it can be recorded. An error wraps
// [ErrGone], [ErrBroken] or [ErrClosed], or says what the system said. Nothing
// is written, and a journal that is put back goes on.
func (j *Journal) Ready() error {
	err := j.broken
	if err == nil {
		err = still(j.dir, j.name, j.file)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", j.name, err)
	}
	return nil
}

// Append adds a fact, a compact JSON object, and returns when it is on the
// medium. at is taken in UTC, without fractions of a second.
//
// After a write or sync that failed, the entry may or may not be there, and
// every further Append wraps [ErrBroken]: open the journal again and look. So it
// is after an error that wraps [ErrGone]; then nothing was written.
func (j *Journal) Append(at time.Time, fact []byte) (Entry, error) {
	n := j.n + 1
	if j.broken != nil {
		return Entry{}, fmt.Errorf("%s: entry %d: %w", j.name, n, j.broken)
	}
	if err := checkFact(fact); err != nil {
		return Entry{}, fmt.Errorf("%s: entry %d: %w", j.name, n, err)
	}
	at = at.UTC().Truncate(time.Second)
	if y := at.Year(); y < 0 || y > 9999 {
		return Entry{}, fmt.Errorf("%s: entry %d: year %d: RFC 3339 has four digits for it", j.name, n, y)
	}
	e := Entry{N: n, Prev: j.head, At: at, Fact: append([]byte(nil), fact...)}
	line := appendEntry(nil, e)
	e.Digest = sha256.Sum256(line)
	line = append(line, '\n')
	if len(line) > MaxEntry || n > MaxEntries || j.size+int64(len(line)) > MaxSize {
		return Entry{}, fmt.Errorf("%s: entry %d of %d bytes: at most %d entries, %d bytes each and %d bytes together",
			j.name, n, len(line), MaxEntries, MaxEntry, MaxSize)
	}
	if err := j.record(line); err != nil {
		j.broken = fmt.Errorf("%w (%w)", ErrBroken, err)
		return Entry{}, fmt.Errorf("%s: entry %d: %w", j.name, n, err)
	}
	j.size, j.n, j.head = j.size+int64(len(line)), n, e.Digest
	return e, nil
}

// record writes a new last line, if the file still has its name. Asking before
// the write cannot see what happens right after; the next Append does.
func (j *Journal) record(line []byte) error {
	if err := still(j.dir, j.name, j.file); err != nil {
		return err
	}
	return j.write(line, j.size)
}

// write puts a line at an offset and sees it onto the medium.
func (j *Journal) write(line []byte, at int64) error {
	if _, err := j.file.WriteAt(line, at); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	return nil
}

// Head is the SHA-256 of the last line: of the last entry, or of the header
// while there is none.
func (j *Journal) Head() [32]byte { return j.head }

// Close gives the lock back. Everything appended is on the medium already.
func (j *Journal) Close() error {
	if errors.Is(j.broken, ErrClosed) {
		return nil
	}
	j.broken = ErrClosed
	if err := j.file.Close(); err != nil {
		return fmt.Errorf("%s: close: %w", j.name, err)
	}
	return nil
}
