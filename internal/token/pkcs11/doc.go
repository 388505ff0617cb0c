// Package pkcs11 makes tokens of what a PKCS#11 module shows: HSMs, smart cards
// with a module of their vendor's, SoftHSM for trying out.
//
// A key is named by its token's serial number and its own CKA_ID, never by a
// label, which anybody may give twice. Before the PIN is presented most tokens
// show no private key at all; what is told without one comes from the public
// key object, or else from the certificate, that has the same CKA_ID.
//
// Nothing attests a PKCS#11 key. What the token says of it (CKA_LOCAL,
// CKA_EXTRACTABLE, CKA_NEVER_EXTRACTABLE) is read again after the PIN, in the
// session that signs, and a key that is or was extractable, or was not made on
// its token, does not sign: [token.ErrExtractable]. What the token does not
// tell stays unknown and is no reason to refuse.
//
// Initialising a token and making its key is for the vendor's tools.
package pkcs11
