package verbs

import (
	"fmt"
	"regexp"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// expect reads the flags that say what the attestation must say. A value that
// no token could have would refuse all of them, and is wrong usage.
func (a *attesting) expect() (attest.Expect, error) {
	e := attest.Expect{Slot: a.slot, Serial: a.serial, PIN: a.pin, Touch: a.touch, Rehearsal: a.rehearsal}
	for _, f := range []struct{ name, value, form, like string }{
		{"slot", a.slot, `9[ac-e]|8[2-9a-f]|9[0-5]`, "9c"},
		{"serial", a.serial, `|0|[1-9][0-9]{0,9}`, "21334982, without leading zeros"},
		{"pin", a.pin, `|once|always`, "once or always"},
		{"touch", a.touch, `|cached|always`, "cached or always"},
	} {
		if !regexp.MustCompile(`^(?:` + f.form + `)$`).MatchString(f.value) {
			return e, &Error{Code: Usage, Err: fmt.Errorf("--%s %q: want %s", f.name, f.value, f.like)}
		}
	}
	if a.firmware != "" {
		v, err := attest.ParseVersion(a.firmware)
		if err != nil {
			return e, &Error{Code: Usage, Err: fmt.Errorf("--firmware: %w", err)}
		}
		e.MinFirmware = v
	}
	if a.key != "" {
		k, err := PublicKey(a.key)
		if err != nil {
			return e, err
		}
		e.SPKI = k.SPKI()
	}
	return e, nil
}

// trusted are the CAs to go by, and what the report says of them.
func (a *attesting) trusted() (attest.Bundle, string, error) {
	if a.bundle != "" {
		raw, err := safefile.ReadPath(a.bundle, maxCertificateFile)
		if err != nil {
			return attest.Bundle{}, "", unread("ca bundle", err, Usage)
		}
		b, err := attest.ParseBundle(a.bundle, raw)
		if err != nil {
			return attest.Bundle{}, "", &Error{Code: Usage, Err: err}
		}
		return b, fmt.Sprintf("NOT THE MAKER'S CAs: those of %s were trusted instead, which was given with --attestation-ca; SHA-256 %x", a.bundle, b.Digest), nil
	}
	bundle := attest.YubicoBundle
	if a.rehearsal {
		bundle = attest.RehearsalBundle
	}
	b, err := bundle()
	note := fmt.Sprintf("CA bundle: %s, SHA-256 %x", b.Name, b.Digest)
	if a.rehearsal {
		note += "; rehearsal: nothing here is for production"
	}
	return b, note, err
}

// maxCertificateFile bounds a file of certificates, in bytes; package attest
// takes less.
const maxCertificateFile = 2 << 20

// readCertificates reads what is judged: certificates that are malformed are
// refused, and files that cannot be read leave nothing to judge.
func readCertificates(paths []string) (leaf []byte, above [][]byte, err error) {
	var files [][]byte
	for _, path := range paths {
		raw, err := safefile.ReadPath(path, maxCertificateFile)
		if err != nil {
			return nil, nil, unread("certificates", err, No)
		}
		files = append(files, raw)
	}
	leaf, above, err = attest.ParseCertificates(files...)
	if err != nil {
		return nil, nil, &Error{Code: No, Err: fmt.Errorf("certificates: %w", err)}
	}
	return leaf, above, nil
}
