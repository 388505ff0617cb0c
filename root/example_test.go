package root_test

import (
	"crypto/ed25519"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// Sigstore's production root, as published: its keys, and whether it meets its
// own threshold.
func ExampleParse() {
	raw, err := os.ReadFile("../testdata/sigstore/15.root.json")
	if err != nil {
		panic(err)
	}
	r, err := root.Parse(raw)
	if err != nil {
		panic(err)
	}
	role := r.RootRole()
	fmt.Println(r.Format, "version", r.Version, "expires", r.Expires.Text)
	for _, k := range role.Distinct() {
		fmt.Println(k.Public.Fingerprint().Short(), k.Public.Algorithm())
	}
	tally := role.Tally(r.Envelope)
	fmt.Println(tally.Good, "have signed,", tally.Threshold, "must:", tally.Met())
	// Output:
	// tuf version 15 expires 2026-11-20T13:58:18Z
	// 06735820 ecdsa-p256
	// 56cf17e5 ecdsa-p256
	// e94c1119 ecdsa-p256
	// 982b189e ecdsa-p256
	// b3413f6d ecdsa-p256
	// 5 have signed, 3 must: true
}

// One keyholder's key was replaced. By keyid one could not tell: keyids change
// with every member of a key object.
func ExampleDiff() {
	var roots [2]*root.Root
	for i, name := range []string{"12.root.json", "13.root.json"} {
		raw, err := os.ReadFile("../testdata/sigstore/" + name)
		if err != nil {
			panic(err)
		}
		if roots[i], err = root.Parse(raw); err != nil {
			panic(err)
		}
	}
	for _, line := range root.Diff(roots[0], roots[1]).Lines(nil)[:8] {
		fmt.Println(line)
	}
	// Output:
	// role root: 3 of 5, was 3 of 5
	//   - leaves  5330d64c ecdsa-p256
	//       5330d64c5e6be93dd8d118433cffec9a079aa7260706502b352f3f88ce8d03ff
	//   + joins   b3413f6d ecdsa-p256
	//       b3413f6d4ecec9289a075c441b82f70c4a2bad3445ed94e2a49856c7e440582b
	//     stays   06735820 ecdsa-p256
	//     stays   56cf17e5 ecdsa-p256
	//     stays   e94c1119 ecdsa-p256
}

// The first root of a conda channel: drafted, signed by two of two keys, and
// assembled. Each signature is verified before it becomes one.
func ExampleDraft() {
	holders := make(map[root.Fingerprint]ed25519.PrivateKey)
	var keys []root.PublicKey
	for _, name := range []string{"amsterdam", "boston", "key manager"} {
		secret := ed25519.NewKeyFromSeed([]byte(name + strings.Repeat(".", 32-len(name)))) // a token's, in truth
		key, err := root.NewEd25519(secret.Public().(ed25519.PublicKey))
		if err != nil {
			panic(err)
		}
		keys = append(keys, key)
		holders[key.Fingerprint()] = secret
	}

	candidate, err := root.Draft(nil, root.Spec{
		Format:      root.Conda,
		SigningTime: time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC),
		Expires:     time.Date(2027, 12, 1, 0, 0, 0, 0, time.UTC),
		Roles: []root.RoleSpec{
			{Name: "root", Threshold: 2, Keys: keys[:2]},
			{Name: "key_mgr", Threshold: 1, Keys: keys[2:]},
		},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("candidate", candidate.Digest())

	var sigs []root.Signature
	for _, key := range candidate.Keys() {
		message, err := candidate.Message(key.Fingerprint(), nil)
		if err != nil {
			panic(err)
		}
		sig, err := message.Finish(ed25519.Sign(holders[key.Fingerprint()], message.Bytes()))
		if err != nil {
			panic(err)
		}
		sigs = append(sigs, sig)
		tallies, err := candidate.Tallies(sigs)
		if err != nil {
			panic(err)
		}
		fmt.Println("signed by", key.Fingerprint().Short(), "- quorum met:", tallies[0].Met())
	}

	file, err := candidate.Assemble(sigs)
	if err != nil {
		panic(err)
	}
	r, err := root.Parse(file)
	if err != nil {
		panic(err)
	}
	fmt.Println("root", r.Version, "has", len(r.Envelope.Entries), "signatures; same digest:", r.Digest == candidate.Digest())
	// Output:
	// candidate ce1d50cad8f09fb9eca49d1be65d8020024bccb35b885eb1741fe8e783e5019c
	// signed by 6f2e015c - quorum met: false
	// signed by 29dd278e - quorum met: true
	// root 1 has 2 signatures; same digest: true
}
