package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/root"
)

// MaxException is how many bytes of text an exception may have.
const MaxException = 4096

// An Entry is one digest that a key has signed, or was about to.
type Entry struct {
	Key     root.Fingerprint
	Chain   root.Digest // of the chain's first root; zero for a genesis
	Version int64       // of the document, from 1
	Digest  root.Digest // of its canonical signed part
	At      time.Time   // this machine's clock: a claim; UTC, whole seconds
	// Exception is why the key signs a second digest for the version, up to
	// [MaxException] bytes of UTF-8; empty where it is the first.
	Exception string
}

// slot is what a key should sign one digest for. The chain is not part of it: a
// plan says which one it is of, and whoever wants a second signature would say
// another. A key that two chains share wants an exception too.
type slot struct {
	key     root.Fingerprint
	version int64
}

func (e Entry) slot() slot { return slot{e.Key, e.Version} }

// written is an entry as it stands in the file.
type written struct {
	Key       root.Digest `json:"key"`
	Chain     root.Digest `json:"chain,omitzero"`
	Version   int64       `json:"version"`
	Digest    root.Digest `json:"digest"`
	Exception string      `json:"exception,omitempty"`
}

func (e Entry) check() error {
	switch {
	case e.Key == root.Fingerprint{}:
		return errors.New("there is no key")
	case e.Version < 1:
		return fmt.Errorf("version %d: versions begin at 1", e.Version)
	case e.Digest.IsZero():
		return errors.New("there is no digest")
	case len(e.Exception) > MaxException || !utf8.ValidString(e.Exception):
		return fmt.Errorf("exception: want at most %d bytes of text in UTF-8, have %d", MaxException, len(e.Exception))
	}
	return nil
}

// encode writes the entry, but for its time, as a fact of a journal.
func (e Entry) encode() ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	return json.Marshal(written{root.Digest(e.Key), e.Chain, e.Version, e.Digest, e.Exception})
}

// parse reads what encode writes, to the byte.
func parse(line journal.Entry) (Entry, error) {
	var w written
	if err := json.Unmarshal(line.Fact, &w, json.RejectUnknownMembers(true)); err != nil {
		return Entry{}, err
	}
	e := Entry{root.Fingerprint(w.Key), w.Chain, w.Version, w.Digest, line.At, w.Exception}
	again, err := e.encode()
	if err != nil {
		return Entry{}, err
	}
	if !bytes.Equal(again, line.Fact) {
		return Entry{}, errors.New("not written as this program writes it")
	}
	return e, nil
}
