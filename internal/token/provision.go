package token

import "context"

// A Provisionable is a token that can be written to: emptied, given new
// secrets, a key and a certificate, and retired.
type Provisionable interface {
	Token

	// Provisioner writes to the token with this serial number and to no other:
	// each method reads the serial number again in the transaction in which it
	// writes, and is a *[MismatchError] if another token lies there now.
	Provisioner(serial string) Provisioner
}

// Access is what writing to a token wants.
type Access struct {
	// Management is the management key's bytes; empty for the factory's, or, if
	// the token keeps its own behind the PIN, for that one.
	Management Secret
	// PIN opens a management key that is kept so, and is presented where a
	// method says so.
	PIN Secret
}

// A KeySpec is a key to be generated.
type KeySpec struct {
	Algorithm   string // as in Info
	PINPolicy   string // "once" or "always"
	TouchPolicy string // "never", "cached" or "always"
}

// A Provisioner writes to one token. Secrets are the caller's to wipe. Each
// method is complete or not done at all as far as the token can say so, and
// [Token.Inspect] tells afterwards which.
type Provisioner interface {
	// Reset destroys all keys, certificates and secrets; what is there
	// afterwards is the factory's. The attestation key stays. It blocks PIN and
	// PUK on purpose, with what cannot be right, since tokens reset only then.
	Reset(ctx context.Context) error

	// SetTries sets how many tries PIN and PUK have, and puts both back to the
	// factory's. a.PIN is presented.
	SetTries(ctx context.Context, a Access, pin, puk int) error

	// ChangePIN and ChangePUK replace a secret; a wrong old one costs a try
	// (*[WrongPINError], [ErrBlocked], [ErrPUKBlocked]), a new one that the
	// token will not have is [ErrWeak].
	ChangePIN(ctx context.Context, old, fresh Secret) error
	ChangePUK(ctx context.Context, old, fresh Secret) error

	// Unblock sets a new PIN, with all its tries, on the strength of the PUK.
	Unblock(ctx context.Context, puk, fresh Secret) error

	// SetManagement replaces the management key; with protect the token keeps
	// it itself, behind a.PIN, which is presented. A wrong one in a is
	// [ErrManagement]. fresh has the length that ManagementKeySize says.
	SetManagement(ctx context.Context, a Access, fresh Secret, protect bool) error

	// ManagementKeySize is how many bytes a new management key has.
	ManagementKeySize(ctx context.Context) (int, error)

	// Generate makes a key in the signing slot, on the token, and returns its
	// public key, DER SubjectPublicKeyInfo. What was in the slot is gone.
	Generate(ctx context.Context, a Access, k KeySpec) ([]byte, error)

	// StoreCertificate stores a certificate, DER, in the signing slot.
	StoreCertificate(ctx context.Context, a Access, der []byte) error

	// Retire destroys the key and the certificate in the signing slot. Where
	// the firmware cannot delete a key it is overwritten by a new one that
	// nobody has used, and Info then shows that one.
	Retire(ctx context.Context, a Access) error
}
