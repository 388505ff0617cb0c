package root

import "fmt"

// A Code names one kind of oddity in a document. Package verify maps each to a
// rule and decides what it means.
type Code string

// The oddities. Those marked "no document" make [Parse] fail; the others are
// listed in Faults.
const (
	FaultJSON      Code = "json"      // no document: not one strict JSON value
	FaultCanonical Code = "canonical" // no document: the signed part has no canonical form
	FaultEnvelope  Code = "envelope"  // no document: not {signed, signatures}
	FaultType      Code = "type"      // no document: another kind of document
	FaultForm      Code = "form"      // no document: a member is missing or of the wrong type
	FaultCount     Code = "count"     // no document: more keys, roles or signatures than are taken
	FaultTime      Code = "time"      // no document: a date that cannot be read

	FaultMemberCase     Code = "member-case"      // a member named like one of the format but for upper and lower case
	FaultVersion        Code = "version"          // version below 1
	FaultVersionAbsent  Code = "version-absent"   // conda: a key manager that has a timestamp instead
	FaultSpecVersion    Code = "spec-version"     // a major version or form that we do not know
	FaultDateForm       Code = "date-form"        // readable, but not YYYY-MM-DDTHH:MM:SSZ
	FaultDateOrder      Code = "date-order"       // conda: expires before its own timestamp
	FaultSnapshotType   Code = "snapshot-type"    // consistent_snapshot that is no boolean
	FaultRoleMissing    Code = "role-missing"     // a role that the format demands
	FaultRoleUnknown    Code = "role-unknown"     // a role that the format does not know
	FaultThreshold      Code = "threshold"        // below 1
	FaultUnreachable    Code = "unreachable"      // more than the role has distinct usable keys
	FaultKeyidTwice     Code = "keyid-twice"      // the same keyid twice in a role
	FaultKeyidUnknown   Code = "keyid-unknown"    // a role names a keyid that the document has no key for
	FaultKeyTwice       Code = "key-twice"        // one key under two keyids in a role
	FaultKeyUnknown     Code = "key-unknown"      // a key type or scheme that we cannot use
	FaultKeyMismatch    Code = "key-mismatch"     // key type, scheme and key do not fit together, or the key is malformed
	FaultKeyWeak        Code = "key-weak"         // a key whose signatures prove nothing
	FaultKeyLegacy      Code = "key-legacy"       // ECDSA as a hex point instead of PEM
	FaultKeyidRule      Code = "keyid-rule"       // the keyid is a hash by an older rule
	FaultKeyidMismatch  Code = "keyid-mismatch"   // the keyid is the hash of the key by no known rule
	FaultSigTwice       Code = "signature-twice"  // the same keyid twice among the signatures
	FaultSigMalformed   Code = "signature-form"   // a signature that is not of the format's form
	FaultSigPlaceholder Code = "signature-empty"  // an empty signature: not signed yet
	FaultSigHeader      Code = "signature-header" // conda: an OpenPGP header that OpenPGP programs would not make
	FaultSigForm        Code = "signature-other"  // conda: raw where OpenPGP form counts, or the other way round
	FaultRootOnline     Code = "root-key-online"  // a root key that also signs for timestamp, snapshot or key_mgr
)

// A Fault is one oddity and its place.
type Fault struct {
	Code    Code
	Pointer string // JSON pointer into the document
	Detail  string
}

// String is pointer and detail, for people.
func (f Fault) String() string {
	if f.Pointer == "" {
		return f.Detail
	}
	return f.Pointer + ": " + f.Detail
}

// A ParseError is the fault that leaves no document.
type ParseError struct {
	Fault
	Err error // what lies below, if anything
}

func (e *ParseError) Error() string { return e.String() }

// Unwrap gives what lies below.
func (e *ParseError) Unwrap() error { return e.Err }

func refuse(code Code, pointer, format string, args ...any) error {
	return &ParseError{Fault: Fault{code, pointer, fmt.Sprintf(format, args...)}}
}
