// Package keyfile is the token that is a file: an Ed25519 key, encrypted under a
// password, for keys that are online and sign without people.
//
// The format is sigstore's, which cosign writes too (package cryptoutils of
// github.com/sigstore/sigstore): one PEM block "ENCRYPTED SIGSTORE PRIVATE KEY",
// or "ENCRYPTED COSIGN PRIVATE KEY", around a JSON object
//
//	{"kdf": {"name": "scrypt", "params": {"N": 65536, "r": 8, "p": 1}, "salt": …},
//	 "cipher": {"name": "nacl/secretbox", "nonce": …}, "ciphertext": …}
//
// whose ciphertext is the key as PKCS #8, sealed with what scrypt makes of the
// password. All of it that costs anything to believe is held to bounds before
// the password is put to it: scrypt is run with the three settings that sigstore
// has, and with no other.
//
// The public key does not stand in it. It is in a PEM file beside it, whose name
// is that of the key file with .pub at its end, in the place of .key if it ends
// so. It only says which key is meant: once the password has opened the key file,
// what is in there has to be that key.
//
// A file has no serial number. What stands for one is the beginning of the
// fingerprint of its key. It does not count wrong passwords, it attests nothing,
// and whoever has read it can try passwords elsewhere: it is worth what its
// password is worth.
package keyfile
