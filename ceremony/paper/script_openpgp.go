package paper

import (
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony/plan"
)

// openPGP reports whether p signs with gpg: this program reads no such card, asks
// for no PIN of it and for no touch, and gets no statement.
func (p person) openPGP() bool { return p.token != nil && p.token.Kind == plan.OpenPGPToken }

// openPGPItems are what such a keyholder does on the day. They join in another
// ceremony, with a token that can state that it is held.
func (s *script) openPGPItems(p person) []Item {
	return []Item{s.fingerprintItem(p), s.bytesItem(p), s.gpgItem(p), s.importItem(p), s.saidItem(p)}
}

// fingerprintItem compares the key with the plan, by a program that is not ours.
func (s *script) fingerprintItem(p person) Item {
	return Item{
		Does: p.name, Checks: s.checker(), Command: "gpg --with-subkey-fingerprint --list-keys " + string(p.token.Serial),
		Text:   []string{"Bag and seal are looked at, and the fingerprint of the key or subkey that signs is read from gpg, by two people. Where gpg runs there is no network either."},
		Ticks:  []string{"the seal is whole, or the card was never out of its holder's hands", "gpg and this sheet have the same fingerprint, all 40 digits"},
		Fields: append(short("Bag"), long("Machine that gpg runs on")...),
		Else:   []Else{{"the fingerprint is another", "the key is not used: exception sheet"}},
	}
}

// bytesItem is the confirmation: what gpg signs is written after it.
func (s *script) bytesItem(p person) Item {
	return Item{
		Does: p.name, Checks: s.checker(),
		Text:   []string{"Step 7. Read what changes to its end, compare the digest with step 6; three words. Then the bytes to sign are written, and the screen tells the command."},
		Choose: []string{"take up the OpenPGP key of " + p.name, fmt.Sprintf("write %s.bytes, to be signed with gpg as %s", p.name, p.name)},
		Ticks:  []string{"the digest on the screen is the one of step 6, all 32 words"},
		Fields: s.wordNumbers(p),
	}
}

// gpgItem is the signature, outside of this program.
func (s *script) gpgItem(p person) Item {
	return Item{
		Does: p.name, Checks: s.checker(), Command: fmt.Sprintf("sha256sum %s.bytes", p.name),
		Text:  []string{fmt.Sprintf("Where gpg runs, the SHA-256 of %s.bytes is compared with the digest of step 6, in hex. Then the command that the screen told is typed as it stands there, with the exclamation mark.", p.name)},
		Ticks: []string{fmt.Sprintf("the SHA-256 of %s.bytes is the digest of step 6", p.name), fmt.Sprintf("gpg wrote %s.sig", p.name)},
		Else:  []Else{{"the SHA-256 is another", "nothing is signed: exception sheet"}},
	}
}

// importItem takes the signature in.
func (s *script) importItem(p person) Item {
	return Item{
		Does: p.name, Checks: s.checker(),
		Text:   []string{fmt.Sprintf("Bring %s.sig in. The program verifies it over the bytes that were shown, by the key in the plan.", p.name)},
		Choose: []string{"take the signature that gpg made for " + p.name},
		Fields: slices.Concat(one("recorded, as a signature without a statement", "not signed, because:"), long("")),
		Else:   []Else{{"the signature is not taken", "the screen says why and what to do: most often gpg is called again, by the exact command"}},
	}
}

// saidItem is the word about the record, which no card signs.
func (s *script) saidItem(p person) Item {
	return Item{
		Does: p.name, Checks: s.checker(),
		Text:    []string{"Step 9. The word about the record is recorded, and not signed: gpg makes no statement that this program takes."},
		Choices: []string{"agrees", "does not agree, with what stands on the page of final statements", "was not asked"},
	}
}

// answering is the verb with which p answers a request.
func (p person) answering() string {
	if p.token == nil {
		return "rootmoot sign"
	}
	return p.token.Kind.Answers()
}
