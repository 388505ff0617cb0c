package verify_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// sources are the known faults of verifiers of these formats: advisories, what
// go-tuf 2.4.2, go-tuf 0.7.0 and python-tuf 5.1 were seen to do ("seen", and
// "good" for good roots that some of them refuse), and the weaknesses of
// conda-content-trust and conda. Those that concern a root or a key manager
// have cases in the tables here; of the others it is said where they are tested
// or why they are none of ours.
func sources() map[string]string {
	const client = "what lies below the root is not judged here"
	out := map[string]string{
		"CVE-2020-6174": "", "CVE-2020-6173": "", "CVE-2020-15163": "", "CVE-2021-41131": "", "GHSA-3633-5h82-39pq": "", "go-tuf#733": "",
		"python-tuf 5.1: one key for two": "", "CVE-2026-23991": "", "CVE-2026-23992": "", "go-tuf#739": "", "go-tuf#652": "", "CVE-2020-15093": "",
		"CVE-2025-2885": "", "CVE-2026-6966": "", "rust-tuf 1f80ec1": "",
		"CVE-2022-29173": client, "CVE-2024-47534": client, "CVE-2025-2886": client, "CVE-2025-2887": client, "CVE-2026-6967": client, "CVE-2026-6968": client,
		"CVE-2026-24686": client + "; files are named by our own integers only",
		"CVE-2025-2888":  "verify/memory_test.go: what was refused is not remembered",
		"CVE-2026-44544": "verify/memory_test.go: roll-back is seen with a memory",
		"YSA-2024-03":    "verify/attest: TestAdvisories",

		"seen: panic on a short key": "", "seen: panic without a timestamp role": "", "seen: duplicate JSON members": "", "seen: RSA-1024": "",
		"seen: small-order ed25519 key": "", "seen: same keyid with changed key bytes": "", "seen: root key reused for an online role": "",
		"seen: no timestamp role": "", "seen: spec_version 2.0.0 or garbage": "", "seen: threshold 0 on timestamp": "", "seen: P-384 key labelled nistp256": "",
		"seen: ecdsa key with scheme rsassa-pss-sha256": "", "seen: raw r||s signatures": "", "seen: 2 MB roots": "", "seen: 20,000 junk signatures": "",
		"seen: consistent_snapshot that is no boolean": "", "seen: compressed EC points": "", "seen: rsa-pkcs1v15": "",
		"good: consistent_snapshot absent": "", "good: integer > 2^53": "", `good: "+00:00" date`: "", "good: key without keyval.public": "",
		"good: one unneeded non-hex signature": "", "good: unknown keytypes that are not used": "", "good: mirrors role": "", "good: sub-second and offset dates": "",

		"other: case variants": "", "other: review blindness": "",
		"other: equivocation": "verify/memory_test.go, and TestTrust for the pin",
		"other: freeze":       "FRESH-EXPIRED in every table; the age of a root is in its report",
		"other: a candidate swapped between review and signing": "ceremony/sitting: a signing act carries the digest that was shown",
		"other: device swap":        "ceremony/sitting and verify/attest",
		"other: attestation chains": "verify/attest",
	}
	for n := 1; n <= 29; n++ {
		out["conda weakness "+itoa(n)] = ""
	}
	maps.Copy(out, map[string]string{
		"conda weakness 5":  "TestChainSources: what is withheld or garbled leaves the trusted root, and is refused or undecided",
		"conda weakness 6":  "of repodata",
		"conda weakness 7":  "of repodata",
		"conda weakness 8":  "of repodata and conda's cache",
		"conda weakness 26": "TestTrust and root/chain: a file that does not meet its own threshold is not trusted, wherever it lies",
		"conda weakness 27": "of conda; cmd/internal/verbs has an exit code for what could not be read",
		"conda weakness 28": "of conda; a verdict is an exit code here",
	})
	return out
}

// Every source is covered by a case, or said to be none of a root's; and every
// case names sources that are there.
func TestSourcesAreCovered(t *testing.T) {
	known, covered := sources(), make(map[string]int)
	cite := func(name, source string) {
		for _, s := range strings.Split(source, "; ") {
			if _, is := known[s]; !is && s != "" {
				t.Errorf("%s stands for %q, which is not in the list", name, s)
			}
			covered[s]++
		}
	}
	for _, a := range slices.Concat(attacks(), managerAttacks()) {
		cite(a.name, a.source)
	}
	for _, g := range goodRoots() {
		cite(g.name, g.source)
	}
	for _, s := range slices.Sorted(maps.Keys(known)) {
		if covered[s] == 0 && known[s] == "" {
			t.Errorf("no case stands for %s", s)
		}
		t.Logf("%3d %s: %s", covered[s], s, known[s])
	}
}

// No two cases have one name, so that a failure says which it is.
func TestAttacksHaveNames(t *testing.T) {
	seen := make(map[string]bool)
	for _, a := range attacks() {
		if seen[a.name] {
			t.Errorf("%q twice", a.name)
		}
		seen[a.name] = true
	}
	t.Logf("%d attacks on roots, %d on key managers, %d good roots", len(seen), len(managerAttacks()), len(goodRoots()))
}
