package channel

import (
	"bytes"
	"crypto/md5" // of old records; reported as weak
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strconv"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/verify"
)

// Recorded says whether a package may be held to a record: r is the result of the
// record of the package's own file name, nil if there is none.
func Recorded(file string, r *Result) verify.Check {
	c := verify.Check{Rule: RuleArtifact, Result: verify.Pass, Subject: file}
	switch {
	case r == nil:
		c.Result = verify.Fail
		c.Detail = "no record has this file name: it was renamed, taken out, or is of another channel"
	case !r.Accepted():
		c.Result, c.Pointer = verify.Fail, r.Finding.Pointer
		c.Detail = fmt.Sprintf("its record is %v (%s), so that nothing vouches for its bytes", r.Verdict(), r.Finding.Rule)
	}
	return c
}

// Unread says that a package is no file to be read.
func Unread(file string, err error) verify.Check {
	return verify.Check{Rule: RuleRead, Result: verify.Fail, Subject: file, Detail: err.Error()}
}

// Expected is what a record says of its package's bytes.
type Expected struct {
	record            repodata.Record
	size, sha256, md5 []byte // as received; nil where there is none
}

// Expect reads it off a record, which should have been accepted.
func Expect(r repodata.Record) Expected {
	e := Expected{record: r}
	for name, value := range r.Members() {
		switch string(name) {
		case "size":
			e.size = value
		case "sha256":
			e.sha256 = value
		case "md5":
			e.md5 = value
		}
	}
	return e
}

// Check holds a package of size bytes to what is expected. It reads src only if
// the size is right, to its end, and keeps none of it. The finding is the one
// that refuses, or that the record has MD5 only, or that all holds. The error is
// src's.
func (e Expected) Check(size int64, src io.Reader, o Options) (verify.Check, error) {
	if e.size != nil {
		want, err := strconv.ParseInt(string(e.size), 10, 64)
		if err != nil || want != size {
			return refuse(RuleSize, e.record, at(e.record, "size"), fmt.Sprintf("has %d bytes, and its record says %s: it was cut short, or is another file", size, clip(string(e.size)))), nil
		}
	}
	h, member, text := sha256.New(), "sha256", e.sha256
	if text == nil {
		h, member, text = md5.New(), "md5", e.md5
	}
	if text == nil {
		return refuse(RuleDigest, e.record, at(e.record), "its record has no digest, so that nothing binds its bytes"), nil
	}
	want, ok := digest(text, h.Size())
	if !ok {
		return refuse(RuleDigest, e.record, at(e.record, member), fmt.Sprintf("its record's %s is no text of %d lower-case hex characters", member, 2*h.Size())), nil
	}
	same, err := hashes(h, src, size, want)
	switch {
	case err != nil:
		return verify.Check{}, err
	case !same:
		return refuse(RuleDigest, e.record, at(e.record, member), "has another "+member+" than its record: it is another file, or was changed"), nil
	case member == "md5":
		return e.weak(o), nil
	}
	return verify.Check{Rule: RuleDigest, Result: verify.Pass, Subject: string(e.record.File), Detail: "has the size and the SHA-256 of its record"}, nil
}

func (e Expected) weak(o Options) verify.Check {
	c := refuse(RuleWeak, e.record, at(e.record, "md5"), "is bound by MD5 only, because its record has no SHA-256: whoever made the package could have made two")
	if !o.Strict {
		return warn(c)
	}
	return c
}

// hashes reads src to its end. Of one that has become longer than size meanwhile a
// byte more is read, which makes another digest.
func hashes(h hash.Hash, src io.Reader, size int64, want []byte) (bool, error) {
	if _, err := io.Copy(h, io.LimitReader(src, size+1)); err != nil {
		return false, err
	}
	return bytes.Equal(h.Sum(nil), want), nil
}

// digest reads the text of a digest of so many bytes.
func digest(value []byte, size int) ([]byte, bool) {
	text, ok := repodata.Unquote(value)
	return undigest(text, size, ok)
}

func undigest(text string, size int, ok bool) ([]byte, bool) {
	raw, err := hex.DecodeString(text)
	return raw, ok && err == nil && len(raw) == size && hex.EncodeToString(raw) == text
}
