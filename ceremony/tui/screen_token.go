package tui

import "github.com/rootmoot/rootmoot/ceremony/sitting"

// A screenToken is one step of making a token ready. Their layout is the same:
// which token is written to, and the tries that are left, stand in the title.
type screenToken []string

func (screenToken) page(v sitting.View, c canvas) page { return c.turn(v, c.blocks(v.Heading, v.Body)) }

func (s screenToken) about() []string { return s }

// tokenScreens are those of the steps, in their order.
func tokenScreens() map[string]screen {
	return map[string]screen{
		"token-look": screenToken{ // the token as it comes, before anything is written
			"One token is made ready, from here to its envelope. It is named by its serial number on every screen.",
			"Read the number on the case, aloud if somebody is with you, and type it. If the reader holds another token, the numbers differ, and nothing happens to it.",
			"A line marked FAIL means that this token cannot be used. Take another one.",
		},
		"token-empty": screenToken{ // the reset, and what it destroys
			"The token is put back to how its maker leaves it, also when it seems to be new: what somebody left on it would otherwise stay. Everything on it is destroyed, for good.",
			"Because of that a phrase with the serial number is typed. If a key that somebody signs with is on it, that key has a phrase of its own.",
			"A token that was taken out half-way says how far it came. Go on with it only if you know where it has been since.",
		},
		"token-tries": screenToken{ // how often PIN and PUK may be mistyped
			"Each wrong PIN costs a try, and a right one gives them back. When none is left, the token signs no more until the PUK unblocks it; when the PUK has none left either, the token can only be emptied.",
		},
		"token-pin": screenToken{ // a new PIN, typed twice
			"The PIN belongs to the keyholder alone: it is asked for each time the token signs. Nothing that is typed is shown, and nothing of it is kept anywhere but on the token.",
			"What anybody would try first is refused, with the reason. Eight characters with letters and signs among them are better than six digits.",
		},
		"token-puk": screenToken{ // a new PUK, typed twice
			"The PUK unblocks the token when the PIN was mistyped too often. Somebody who has both the token and the PUK can give it a PIN of their own, so keep the two apart.",
			"It is typed twice, like the PIN, and not shown.",
		},
		"token-management": screenToken{ // the key that writing to the token needs
			"The management key has nothing to do with signing. Whoever knows it can change what is on the token, but not read its key.",
			"The plan says where it goes. Protected: the token keeps it behind the PIN, and nobody sees it. Sealed: it is shown once, on this screen, and put into an envelope; without the envelope the token can later only be emptied.",
			"If somebody has seen it who should not have, have another one made before it is set.",
		},
		"token-key": screenToken{ // what the token makes, and how it will sign
			"The key is made inside the token. It cannot be read, copied or backed up; a lost token is a lost key, and that is why a root has several.",
			"How it signs, after a PIN, after a touch, is fixed with the key and never changes. It takes a few seconds.",
		},
		"token-attest": screenToken{ // the token's proof, and the judgement on it
			"The token shows certificates, up to its maker's, which say that the key was made on it, in this slot, on this device, and wants PIN and touch. Each line is a rule, with its result.",
			"If a line says FAIL, do not use this token, however new it is.",
		},
		"token-certificate": screenToken{ // the proof, stored beside the key
			"The proof is stored in the slot of the key. So whoever is shown the token later can check it without this machine.",
		},
		"token-read-back": screenToken{ // the whole token, read once more
			"Nothing is written any more. Everything is read from the token, and compared with what was wanted: the factory's secrets gone, tries, policies, key, certificate, attestation.",
		},
		"token-seal": screenToken{ // what is left to do by hand
			"The token is ready. Label it, seal it, note the number of the bag, and keep PIN, PUK and token apart from each other.",
			"The key counts for nothing yet: it gets into a root by its enrolment, where the keyholder proves that they can sign with it.",
			"Do not leave a management key or a PIN on a sheet in this room.",
		},
	}
}
