package openpgp

import "fmt"

// A Fault is why a file is not taken, and what to do about it.
type Fault struct {
	What string // the file's fault, beginning with what it is in
	Do   string // what the keyholder does
}

func (f *Fault) Error() string { return f.What }

func fault(do, format string, args ...any) *Fault {
	return &Fault{What: fmt.Sprintf(format, args...), Do: do}
}

// Command is how GnuPG makes the signature that is taken, by the key or subkey
// with that fingerprint and no other (the exclamation mark), as lines that a
// shell joins.
func Command(fingerprint, data, signature string) []string {
	return []string{
		"gpg --local-user " + fingerprint + `! \`,
		`    --digest-algo SHA256 --detach-sign --no-armor \`,
		"    --output " + signature + " " + data,
	}
}

// What to do about most faults.
const (
	again     = "sign again, by the exact command"
	unarmored = "make it again with --no-armor, or take the armour off: gpg --dearmor"
	sha256    = "sign again with --digest-algo SHA256"
	plainly   = "sign again with --no-options before the other options of gpg"
)
