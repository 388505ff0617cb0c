//go:build cgo

package pkcs11

import (
	"errors"
	"fmt"
	"slices"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/token"
)

// errBlocked is [token.ErrBlocked] for tokens that have no PUK.
var errBlocked = fmt.Errorf("%w, or have the token's security officer set a new one", token.ErrBlocked)

// Errors that only PKCS#11 has, each with what to do.
var (
	errExpired   = errors.New("pin has expired, or must be changed first: change it with the vendor's tool")
	errNoPIN     = errors.New("token has no PIN yet: have its security officer set one")
	errCancelled = errors.New("it was cancelled at the token: nothing was signed")
	errSessions  = errors.New("token has no session left: end the other programs that use it")
)

// translate gives a module's errors the names that every kind of token shares.
// One that is not in the table keeps PKCS#11's name alone.
func translate(err error) error {
	var code p11.Error
	if !errors.As(err, &code) {
		return err
	}
	for _, t := range []struct {
		means error
		codes []p11.Error
	}{
		{token.ErrRemoved, []p11.Error{p11.CKR_DEVICE_REMOVED, p11.CKR_TOKEN_NOT_PRESENT, p11.CKR_SLOT_ID_INVALID, p11.CKR_SESSION_HANDLE_INVALID, p11.CKR_SESSION_CLOSED, p11.CKR_OBJECT_HANDLE_INVALID}},
		{token.ErrBadAnswer, []p11.Error{p11.CKR_DEVICE_ERROR, p11.CKR_TOKEN_NOT_RECOGNIZED}},
		{token.ErrNoKey, []p11.Error{p11.CKR_KEY_HANDLE_INVALID, p11.CKR_KEY_FUNCTION_NOT_PERMITTED, p11.CKR_KEY_TYPE_INCONSISTENT, p11.CKR_KEY_SIZE_RANGE, p11.CKR_MECHANISM_INVALID, p11.CKR_MECHANISM_PARAM_INVALID, p11.CKR_FUNCTION_NOT_SUPPORTED}},
		{token.ErrTooLong, []p11.Error{p11.CKR_DATA_LEN_RANGE}},
		{token.ErrClosed, []p11.Error{p11.CKR_CRYPTOKI_NOT_INITIALIZED}},
		{errBlocked, []p11.Error{p11.CKR_PIN_LOCKED}},
		{errExpired, []p11.Error{p11.CKR_PIN_EXPIRED}},
		{errNoPIN, []p11.Error{p11.CKR_USER_PIN_NOT_INITIALIZED}},
		{errCancelled, []p11.Error{p11.CKR_CANCEL, p11.CKR_FUNCTION_CANCELED, p11.CKR_FUNCTION_REJECTED}},
		{errSessions, []p11.Error{p11.CKR_SESSION_COUNT}},
	} {
		if slices.Contains(t.codes, code) && !errors.Is(err, t.means) {
			return fmt.Errorf("%w (%w)", t.means, err)
		}
	}
	return err
}

func isAny(err error, codes ...p11.Error) bool {
	var code p11.Error
	return errors.As(err, &code) && slices.Contains(codes, code)
}
