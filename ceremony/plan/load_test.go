package plan

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rootmoot/rootmoot/internal/strictyaml"
	"github.com/rootmoot/rootmoot/root"
)

// Bad plans: the simple one with texts replaced, and the exact error.
var badPlans = []struct {
	name   string
	change []string
	want   string
}{
	{"unknown member", []string{"name: Simple\n", "name: Simple\ntitle: x\n"}, "3:1: title: not a known name here, want one of: "},
	{"duplicate member", []string{"name: Simple\n", "name: Simple\nname: Other\n"}, "3:1: name: stands twice, first in line 2"},
	{"member missing", []string{"deadline: 2026-12-15T00:00:00Z\n", ""}, "1:1: deadline is missing"},
	{"octal", []string{"threshold: 1\n", "threshold: 010\n"}, "11:14: root.threshold: want an integer in plain decimal, such as 12, not 010"},
	{"alias", []string{"keyholders: [ada]", "keyholders: &a [ada]"}, "12:15: root.keyholders: an anchor (&a): not accepted, since aliases are not"},
	{"other version", []string{"rootmoot: 1", "rootmoot: 2"}, "1:11: rootmoot: 2: this build reads plans of version 1"},
	{"name empty", []string{"name: Simple", `name: ""`}, "2:7: name: is empty"},
	{"name too long", []string{"name: Simple", "name: " + strings.Repeat("x", 501)}, "2:7: name: longer than 500 characters"},
	{"format", []string{"format: conda", "format: Conda"}, `3:9: format: "Conda": want tuf, conda`},
	{"purpose", []string{"purpose: genesis", "purpose: party"}, `4:10: purpose: "party": want genesis, renew, rotate, emergency`},
	{"mode", []string{"mode: rehearsal", "mode: test"}, `5:7: mode: "test": want production, rehearsal`},
	{"document", []string{"document: root", "document: pkg_mgr"}, `6:11: document: "pkg_mgr": want root, key_mgr`},
	{"date with offset", []string{"signing_time: 2026-12-01T12:00:00Z", "signing_time: 2026-12-01T12:00:00+01:00"}, `7:15: signing_time: "2026-12-01T12:00:00+01:00" is not a date like 2026-12-31T00:00:00Z`},
	{"no such day", []string{"deadline: 2026-12-15", "deadline: 2026-02-30"}, `8:11: deadline: "2026-02-30T00:00:00Z" is not a date like 2026-12-31T00:00:00Z`},
	{"expires", []string{"expires: 2027-12-01T00:00:00Z", "expires: next year"}, `10:12: root.expires: "next year" is not a date like 2026-12-31T00:00:00Z`},
	{"root missing", []string{"root:\n  expires: 2027-12-01T00:00:00Z\n  threshold: 1\n  keyholders: [ada]\n", ""}, "1:1: root is missing: a plan with document: root needs expires, threshold and keyholders"},
	{"threshold zero", []string{"threshold: 1\n", "threshold: 0\n"}, "11:14: root.threshold: 0: a threshold is at least 1"},
	{"threshold negative", []string{"threshold: 1,", "threshold: -1,"}, "14:24: roles.key_mgr.threshold: -1: a threshold is at least 1"},
	{"unknown keyholder", []string{"keyholders: [ada]", "keyholders: [ada, bob]"}, `12:21: root.keyholders[1]: there is no key "bob": add it under keys, or correct the name`},
	{"keyholder twice", []string{"keyholders: [ada]", "keyholders: [ada, ada]"}, "12:21: root.keyholders[1]: ada stands there twice"},
	{"no keyholders", []string{"keyholders: [ada]", "keyholders: []"}, "12:15: root.keyholders: is empty: name at least one key"},
	{"unknown role", []string{"  key_mgr:", "  timestamp:"}, "14:14: roles.timestamp: no role beside root of such a document: want key_mgr"},
	{"unknown role key", []string{"keys: [online]", "keys: [offline]"}, `14:34: roles.key_mgr.keys[0]: there is no key "offline": add it under keys, or correct the name`},
	{"snapshot in conda", []string{"name: Simple\n", "name: Simple\nconsistent_snapshot: true\n"}, "3:22: consistent_snapshot: is a member of tuf roots: leave it out"},
	{"unknown leaver", []string{"keys:\n", "leaving: [bob]\nkeys:\n"}, `15:11: leaving[0]: there is no key "bob": add it under keys, or correct the name`},
	{"leaver stays", []string{"keys:\n", "leaving: [ada]\nkeys:\n"}, "15:11: leaving[0]: ada stays: it stands in root.keyholders; take it out of one of the two"},
	{"leaver without key", []string{"keys:\n", "leaving: [bob]\nkeys:\n  bob: {type: ed25519}\n"}, "15:11: leaving[0]: the key of bob must stand under keys in full: copy it from the trusted root"},
	{"removed twice", []string{"keys:\n", "remove: [x-a, x-a]\nkeys:\n"}, "15:15: remove[1]: x-a stands there twice"},
	{"key name", []string{"keys:\n", "keys:\n  Bob: {type: ed25519}\n"}, "16:8: keys.Bob: \"Bob\" is no name: want lower-case letters, digits and hyphens, at most 40\n16:8: keys.Bob: has no key, and no role needs one: give pem or hex, or take the entry out"},
	{"key name too long", []string{"  online:", "  " + strings.Repeat("o", 41) + ":", "[online]", "[" + strings.Repeat("o", 41) + "]"}, `17:46: keys.` + strings.Repeat("o", 41) + `: "` + strings.Repeat("o", 41) + `" is no name: want lower-case letters, digits and hyphens, at most 40`},
	{"key type", []string{"ada: {type: ed25519,", "ada: {type: dsa,"}, `16:15: keys.ada.type: "dsa": want ecdsa, ecdsa-p256, ecdsa-p384, ed25519, rsa`},
	{"same material", []string{"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"}, "17:11: keys.online: is the same key as ada: one key has one name"},
	{"hex too short", []string{"d75a980182b1", ""}, "16:29: keys.ada.hex: want 64 lower-case hex characters, in quotes"},
	{"hex in capitals", []string{"d75a980182b1", "D75A980182B1"}, "16:29: keys.ada.hex: want 64 lower-case hex characters, in quotes"},
	{"hex of another type", []string{"ada: {type: ed25519,", "ada: {type: ecdsa,"}, "16:27: keys.ada.hex: is for ed25519 keys: give this one as pem"},
	{"pem and hex", []string{"ada: {type: ed25519,", "ada: {type: ed25519, pem: x,"}, "16:37: keys.ada.hex: pem stands there too: one key, one form"},
	{"key for nobody", []string{"keys:\n", "keys:\n  bob: {type: ed25519}\n"}, "16:8: keys.bob: has no key, and no role needs one: give pem or hex, or take the entry out"},
	{"participant's name", []string{"  ada: {organisation: Example,", "  b_b: {organisation: Example}\n  ada: {organisation: Example,"}, `19:8: participants.b_b: "b_b" is no name: want lower-case letters, digits and hyphens, at most 40`},
	{"token without key", []string{"  ada: {organisation: Example,", "  bob: {organisation: Example,"}, `19:39: participants.bob.token: there is no key "bob" under keys: who holds a token holds a key of that name`},
	{"token kind", []string{"kind: rehearsal", "kind: paper"}, `19:46: participants.ada.token.kind: "paper": want piv, pkcs11, rehearsal, file, openpgp`},
	{"serial in words", []string{"serial: 1}", "serial: one}"}, `19:65: participants.ada.token.serial: "one": want the number that is printed on the token`},
	{"serial zero", []string{"serial: 1}", "serial: 0}"}, `19:65: participants.ada.token.serial: "0": want the number that is printed on the token`},
	{"slot", []string{"serial: 1}", "serial: 1, slot: 9b}"}, `19:74: participants.ada.token.slot: "9b": want 9a, 9c, 9d, 9e or 82 to 95`},
	{"slot of PKCS#11", []string{"kind: rehearsal, serial: 1}", "kind: pkcs11, serial: A1, slot: key}"}, `19:72: participants.ada.token.slot: "key": want the key's id on the token, in lower-case hex, in quotes`},
	{"attestation none", []string{"serial: 1}}", "serial: 1}, attestation: none}"}, "19:82: participants.ada.attestation: none is for tokens that cannot attest: those of kind rehearsal can"},
	{"key file of a root", []string{"{kind: rehearsal, serial: 1}", "{kind: file, serial: 1}"}, "19:46: participants.ada.token.kind: file is for key managers that are online: a root's keys are on tokens only"},
	{"attestation without token", []string{"token: {kind: rehearsal, serial: 1}", "attestation: none"}, "19:45: participants.ada.attestation: there is no token: leave it out"},
	{"one token twice", []string{"  ada: {organisation: Example,", "  online: {token: {kind: rehearsal, serial: 1, slot: 9c}}\n  ada: {organisation: Example,"}, "19:19: participants.online.token: is the token and slot of ada too"},
	{"publish", []string{"serial: 1}}", "serial: 1}, publish: [pin]}"}, `19:79: participants.ada.publish[0]: "pin": want name, organisation, location, serial`},
	{"publish twice", []string{"serial: 1}}", "serial: 1}, publish: [name, name]}"}, "19:85: participants.ada.publish[1]: name stands there twice"},
	{"lead", []string{"tool:", "lead: bob\ntool:"}, `20:7: lead: "bob" is neither a participant nor a witness`},
	{"witness's key", []string{"tool:", "witnesses:\n  eve: {key: ssh-ed25519 AAAA}\ntool:"}, `21:14: witnesses.eve.key: want a public key like "ssh-ed25519 AAAAC3…", or one of minisign's, which begins with RW`},
	{"witness's key of RSA", []string{"tool:", "witnesses:\n  eve: {key: ssh-rsa AAAA}\ntool:"}, `21:14: witnesses.eve.key: keys of type "ssh-rsa" are not taken: want ssh-ed25519, ecdsa-sha2-nistp256, or one of these on a security key (sk-…)`},
	{"witness's key without secret", []string{"tool:", "witnesses:\n  eve: {key: " + sshKey(weakHex) + "}\ntool:"}, `21:14: witnesses.eve.key: key d0fbfbb4: Ed25519 point of small order: it signs without a secret`},
	{"witness takes part", []string{"tool:", "witnesses:\n  ada: {organisation: Audit}\ntool:"}, `21:8: witnesses.ada: is a participant too: who witnesses has no other part`},
	{"witness with a keyholder's key", []string{"tool:", "witnesses:\n  eve: {key: " + sshKey(adaHex) + "}\ntool:"}, `21:14: witnesses.eve.key: is the key that stands under keys as ada: who witnesses signs nothing else`},
	{"witness with a machine's key, by minisign", []string{"tool:", "witnesses:\n  eve: {key: " + minisignKey(onlineHex) + "}\ntool:"}, `21:14: witnesses.eve.key: is the key that stands under keys as online: who witnesses signs nothing else`},
	{"two witnesses with one key", []string{"tool:", "witnesses:\n  eve: {key: " + minisignKey(auditHex) + "}\n  dan: {key: " + sshKey(auditHex) + "}\ntool:"}, `21:14: witnesses.eve.key: is the key of dan too: each witness has one of their own`},
	{"PIN policy", []string{"tool:", "policy: {pin: maybe}\ntool:"}, `20:15: policy.pin: "maybe": want always, once, never`},
	{"firmware", []string{"tool:", "policy: {firmware: 5.7.0}\ntool:"}, `20:20: policy.firmware: "5.7.0": want a lowest version like ">=5.7.0"`},
	{"max per organisation", []string{"tool:", "policy: {max_per_organisation: 0}\ntool:"}, "20:32: policy.max_per_organisation: 0: want at least 1, or leave it out"},
	{"tool version", []string{"{version: 1.0.0}", "{version: latest one}"}, `20:17: tool.version: "latest one": want a version like 1.0.0`},
	{"tool platform", []string{"{version: 1.0.0}", "{version: 1.0.0, sha256: {linux: " + strings.Repeat("a", 64) + "}}"}, "20:40: tool.sha256.linux: want a platform like linux/amd64"},
	{"tool digest", []string{"{version: 1.0.0}", "{version: 1.0.0, sha256: {linux/amd64: abc}}"}, "20:46: tool.sha256.linux/amd64: want a SHA-256 in 64 lower-case hex characters"},
	{"continues what", []string{"document: root\n", "document: root\ncontinues: {version: 0, digest: abc}\n"}, "7:22: continues.version: 0: versions begin at 1\n7:33: continues.digest: want a SHA-256 in 64 lower-case hex characters"},
	{"chain missing", []string{"document: root\n", "document: root\ncontinues: {version: 2, digest: " + strings.Repeat("a", 64) + "}\n"}, "7:12: continues: chain is missing: name the digest of the chain's first root, as the trusted root is version 2"},
	{"chain of version 1", []string{"document: root\n", "document: root\ncontinues: {version: 1, digest: " + strings.Repeat("a", 64) + ", chain: " + strings.Repeat("b", 64) + "}\n"}, "7:106: continues.chain: is not the digest, though version 1 is the first root: leave it out"},
	{"key manager in a root", []string{"document: root\n", "document: root\nkey_mgr: {version: 1, expires: 2027-12-01T00:00:00Z}\n"}, "7:10: key_mgr: belongs to a plan with document: key_mgr"},
	{"key manager without anything", []string{"document: root\n", "document: key_mgr\n", "roles:\n  key_mgr: {threshold: 1, keys: [online]}\n", ""}, "1:1: continues is missing: a key manager document needs the root that delegates to it\n1:1: key_mgr is missing: a plan with document: key_mgr needs its version and expires\n1:1: roles is missing: a key manager document names the keys of pkg_mgr\n10:3: root: belongs to a plan with document: root"},
	{"several at once", []string{"format: conda", "format: pgp", "mode: rehearsal", "mode: real"}, "3:9: format: \"pgp\": want tuf, conda\n5:7: mode: \"real\": want production, rehearsal"},
}

func TestLoadRefuses(t *testing.T) {
	for _, c := range badPlans {
		t.Run(c.name, func(t *testing.T) {
			p, err := Load([]byte(changed(t, simple, c.change)))
			if err == nil {
				t.Fatalf("loaded: %+v", p.Fields)
			}
			if got := err.Error(); got != c.want && !(strings.HasSuffix(c.want, ": ") && strings.HasPrefix(got, c.want)) {
				t.Errorf("error\n%s\nwant\n%s", got, c.want)
			}
			var at *strictyaml.Error
			if !errors.As(err, &at) || at.Line < 1 || at.Column < 1 {
				t.Errorf("no place in %v", err)
			}
		})
	}
}

func TestDigestIsOfTheFile(t *testing.T) {
	p := load(t, simple)
	if got, want := load(t, simple+"# note\n").Digest(), p.Digest(); got == want {
		t.Error("a comment more, and the same digest")
	}
	if string(p.Raw()) != simple {
		t.Error("raw is not the file")
	}
}

// FuzzLoad: whatever loads can be reviewed, explained and asked for its spec.
func FuzzLoad(f *testing.F) {
	f.Add(example(f))
	f.Add([]byte(simple))
	f.Add([]byte(asDraft(f)))
	for _, c := range badPlans {
		f.Add([]byte(changed(f, simple, c.change)))
	}
	old := trusted(f, load(f, string(example(f))))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Load(raw)
		if err != nil {
			return
		}
		for _, trusted := range []*root.Root{nil, old} {
			r := Lint(p, trusted, LintOptions{At: at, Others: []*root.Root{old}})
			if text := Explain(r); !utf8.ValidString(text) || strings.ContainsAny(text, "\x1b\r\t") {
				t.Errorf("explained with control characters: %q", text)
			}
			if r.Candidate == nil && !r.Refused() && p.Frozen() && (trusted != nil || p.Purpose == Genesis) {
				t.Errorf("nothing refused, and no candidate: %v", r.Findings)
			}
		}
		_, err = p.Spec()
		if p.Frozen() && p.Document == RootDocument && err != nil {
			t.Errorf("frozen, and no spec: %v", err)
		}
		if text, err := p.Enrol(nil); err != nil || string(text) != string(raw) {
			t.Errorf("nothing enrolled, and the text is another: %v", err)
		}
	})
}

// The key of a PKCS#11 token is named by its id: two hex digits a byte, in
// quotes where it would be a number.
func TestSlotOfPKCS11(t *testing.T) {
	for slot, good := range map[string]bool{
		"9c": true, "c0ffee": true, `"01"`: true, `"0a1b2c3d4e5f60718293"`: true, `"` + strings.Repeat("ab", 64) + `"`: true,
		"01": false, "C0FFEE": false, "c0ffe": false, "label": false, `"` + strings.Repeat("ab", 65) + `"`: false,
	} {
		text := changed(t, simple, []string{"{kind: rehearsal, serial: 1}", "{kind: pkcs11, serial: A1, slot: " + slot + "}, attestation: none"})
		p, err := Load([]byte(text))
		if (err == nil) != good {
			t.Errorf("%s: %v", slot, err)
		}
		if err == nil && string(p.Participants["ada"].Token.SlotInForce()) != strings.Trim(slot, `"`) {
			t.Errorf("%s becomes %q", slot, p.Participants["ada"].Token.Slot)
		}
	}
}
