package attest

import (
	"crypto/rsa"
	"fmt"
	"math/big"
	"strings"

	"github.com/rootmoot/rootmoot/verify"
)

// An Advisory is a published weakness of some tokens.
type Advisory struct {
	ID, Title, URL string
	What           string // what follows for a key that signs roots
}

// weakness is an advisory, and whom it concerns.
type weakness struct {
	Advisory
	from, fixed Version // of firmware: from, inclusive, to fixed, exclusive
	biometric   Version // fixed for biometric tokens, if not as for the others
	algorithm   string  // how the algorithms concerned begin; empty for all
}

// weaknesses is the table. YSA-2019-02 is of the FIPS series only, but no other
// token has firmware 4.4, so that nobody need ask what series a token is of.
func weaknesses() []weakness {
	return []weakness{
		{
			Advisory: Advisory{
				ID: "YSA-2024-03", Title: "EUCLEAK: ECDSA keys leak while they sign",
				URL:  "https://www.yubico.com/support/security-advisories/ysa-2024-03/",
				What: "who holds the token in hand, with laboratory equipment, can copy the private key",
			},
			fixed: Version{5, 7, 0}, biometric: Version{5, 7, 2}, algorithm: "ecdsa-",
		},
		{
			Advisory: Advisory{
				ID: "YSA-2019-02", Title: "Reduced randomness after power-up (FIPS series)",
				URL:  "https://www.yubico.com/support/security-advisories/ysa-2019-02/",
				What: "ECDSA signatures made just after plugging in can give the private key away, and RSA keys made then are weaker",
			},
			from: Version{4, 4, 2}, fixed: Version{4, 4, 5},
		},
		{
			Advisory: Advisory{
				ID: "YSA-2017-01", Title: "ROCA: RSA keys made on the token are weak",
				URL:  "https://www.yubico.com/support/security-advisories/ysa-2017-01/",
				What: "the private key can be computed from the public one (CVE-2017-15361)",
			},
			from: Version{4, 2, 0}, fixed: Version{4, 3, 5}, algorithm: "rsa-",
		},
	}
}

// AdvisoriesOf are the advisories that concern a PIV token of the maker with
// this firmware and a key of this algorithm, both as in [Facts]. An algorithm
// that is not known, because there is no key yet, gives those of all. The form
// factor may be empty.
func AdvisoriesOf(firmware Version, algorithm, formFactor string) []Advisory {
	var out []Advisory
	for _, w := range weaknesses() {
		fixed := w.fixed
		if w.biometric != (Version{}) && strings.HasSuffix(formFactor, "biometric") {
			fixed = w.biometric
		}
		concerned := algorithm == "" || strings.HasPrefix(algorithm, w.algorithm)
		if concerned && firmware.Compare(w.from) >= 0 && firmware.Compare(fixed) < 0 {
			out = append(out, w.Advisory)
		}
	}
	return out
}

// advisory warns of what is published about the token: whether it is let in is
// decided by its firmware ([RuleFirmware]). A modulus that shows the weakness
// itself is another matter, and is refused.
func (j *judgement) advisory() {
	f := &j.facts
	if k, ok := j.leaf.PublicKey.(*rsa.PublicKey); ok && hasROCA(k.N) {
		j.fail(RuleAdvisory, "the RSA modulus has the mark of YSA-2017-01 (ROCA): its private key can be computed; make another key, on another token")
		return
	}
	if !j.readable(RuleAdvisory) {
		return
	}
	var texts []string
	for _, a := range AdvisoriesOf(f.Firmware, f.Algorithm, f.FormFactor) {
		texts = append(texts, fmt.Sprintf("%s, %s: %s (%s)", a.ID, a.Title, a.What, a.URL))
	}
	if len(texts) == 0 {
		j.pass(RuleAdvisory, "none known concerns firmware %s with %s", f.Firmware, f.Algorithm)
		return
	}
	j.add(RuleAdvisory, verify.Warn, fmt.Sprintf("firmware %s: %s", f.Firmware, strings.Join(texts, "; ")))
}

// hasROCA tells the moduli of YSA-2017-01 (Nemec and others, The Return of
// Coppersmith's Attack, 2017, section 3): modulo each small prime they are a
// power of 65537. Of other moduli fewer than one in a hundred million are so.
func hasROCA(n *big.Int) bool {
	const generator, largest = 65537, 167
	for p := int64(3); p <= largest; p += 2 {
		if !big.NewInt(p).ProbablyPrime(0) { // exact below 2^64
			continue
		}
		r := new(big.Int).Mod(n, big.NewInt(p)).Int64()
		power := int64(1)
		for i := int64(0); i < p && power != r; i++ {
			power = power * generator % p
		}
		if power != r {
			return false
		}
	}
	return true
}
