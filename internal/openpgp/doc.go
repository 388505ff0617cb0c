// Package openpgp reads the two files that GnuPG hands to a ceremony: one
// detached signature by an Ed25519 key, and the public keys of an export. It
// verifies nothing and trusts nothing: of a signature it gives what package root
// verifies, the hashed part and 64 bytes; of a key what stands in a plan.
//
// # One detached signature
//
// The file is one packet (RFC 4880, 4.2 and 5.2.3), as
//
//	gpg --local-user FPR! --digest-algo SHA256 --detach-sign --no-armor
//
// writes it. The columns are byte counts:
//
//	2..6  header: tag 2, of the old or the new format, and the length
//	4     04 00 16 08: version 4, binary document, EdDSA (22), SHA-256
//	2+29  hashed subpackets: issuer fingerprint (33), time of making (2)
//	2+10  unhashed subpackets: issuer key id (16)
//	2     the first two bytes of the digest
//	2+32  R, as an MPI: its bits as two bytes, and no leading zero bytes
//	2+32  S, the same
//
// The version up to the end of the hashed subpackets is the hashed part: it is
// signed, and becomes the member other_headers of conda's signature, for ever.
// So it holds nothing but what is listed here. R and S go there as 32 bytes
// each, and one in 128 signatures has a shorter one: zeros are put before it.
//
// Whatever else a signature may be (RFC 9580 has more of it) is refused, and the
// [Fault] says how to make one that is taken.
package openpgp
