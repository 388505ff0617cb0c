// Package witness reads the key that a plan gives a witness, and checks what the
// witness signs with it: heads of a journal.
//
// A witness holds no key of the root and runs no program of ours. What is to be
// signed is a text, [Head], that names the chain, the plan, the attempt and the
// head of a place's journal. The witness takes it away in a file, signs it with
// tools of their own, at their own machine, and brings the signature back:
//
//	ssh-keygen -Y sign -n rootmoot -f KEY head.txt     writes head.txt.sig
//	minisign -Sm head.txt                              writes head.txt.minisig
//
// From then on nobody can change what the journal said up to that head, its
// owner included, without it being found.
//
// # Keys
//
// A key is one line, as it stands in a .pub file of OpenSSH, comment and all, or
// in a public key file of minisign, without the comment line:
//
//	ssh-ed25519 AAAAC3… comment
//	RWQ…
//
// Of OpenSSH these types are taken: ssh-ed25519, ecdsa-sha2-nistp256, and both
// on a security key (sk-ssh-ed25519@openssh.com,
// sk-ecdsa-sha2-nistp256@openssh.com). Weak keys, and points that are none of
// their curve, are refused.
//
// # Signatures
//
// One of OpenSSH is armored, of version 1 (OpenSSH's PROTOCOL.sshsig), in the
// namespace rootmoot, hashed with SHA-256 or SHA-512, and names exactly the key
// of the plan. A security key must have been touched. One of minisign covers the
// text itself (Ed) or its BLAKE2b-512 (ED), and by its second signature the
// trusted comment; both must hold. Neither comment means anything here: the
// untrusted one is anybody's, and the trusted one says what the signer's clock
// said.
//
// A security key's owner is shown a light, not the text, and no tool of the two
// shows what it signs: the witness reads the text first, and compares the
// journal's head with what was read out.
package witness
