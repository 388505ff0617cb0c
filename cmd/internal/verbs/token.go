package verbs

import (
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
	"github.com/spf13/cobra"
)

// attesting are the flags of the verb that judges an attestation.
type attesting struct {
	at, key, slot, serial, firmware, pin, touch, bundle, chain string
	json, rehearsal                                            bool
}

// Token is the verb that judges a token's attestation. The prefix is what
// stands before it in an example.
func Token(prefix string, now func() time.Time) *cobra.Command {
	a := &attesting{}
	cmd := &cobra.Command{
		Use:   "token FILE...",
		Short: "Was this key made on a token, and under which policy does it sign?",
		Long: `Judge a token's attestation: PEM files with the certificate of the key, that of
the device, and intermediates if the token has them, in any order. The key was
made on a genuine token, and cannot leave it, if the certificates chain to the
maker's roots, which are built in, and say what they must.

What is asked for by no flag is compared with nothing; the report says so. An
attestation has no date and names nobody: it proves where a key lives, not who
holds the token.

--chain looks the key up in a folder of N.root.json, as the files are:
verify chain tells whether they hold.`,
		Example: `  # what a token attests, and where its key stands in a chain of roots
  ` + prefix + ` token --chain testdata/sigstore \
    testdata/yubikeys/14454335/14454335_key_cert.pem \
    testdata/yubikeys/14454335/14454335_device_cert.pem

  # against what was agreed
  ` + prefix + ` token --key testdata/yubikeys/18158855/18158855_pubkey.2.pem \
    --serial 18158855 --firmware 5.4.0 --pin always --touch always \
    testdata/yubikeys/18158855/18158855_key_cert.2.pem \
    testdata/yubikeys/18158855/18158855_device_cert.pem`,
		Args: Arguments("FILE..."),
		RunE: func(cmd *cobra.Command, args []string) error { return a.run(cmd, args, now()) },
	}
	f := cmd.Flags()
	f.StringVar(&a.key, "key", "", "the attested key must be the one in this `FILE`, PEM or hex")
	f.StringVar(&a.slot, "slot", "9c", "the slot that it must live in")
	f.StringVar(&a.serial, "serial", "", "the serial `NUMBER` that the token must have")
	f.StringVar(&a.firmware, "firmware", "", "the lowest firmware `VERSION` that is taken, as 5.7.0")
	f.StringVar(&a.pin, "pin", "", "the PIN must be asked at least so: once, always")
	f.StringVar(&a.touch, "touch", "", "a touch must be asked at least so: cached, always")
	f.StringVar(&a.bundle, "attestation-ca", "", "`FILE` of CA certificates to trust instead of the maker's")
	f.StringVar(&a.chain, "chain", "", "`DIR` of N.root.json in which to look the key up")
	f.StringVar(&a.at, "at", "", "judge at this `TIME` (RFC 3339) instead of now")
	f.BoolVar(&a.json, "json", false, "print the report as JSON (docs/report.schema.json)")
	f.BoolVar(&a.rehearsal, "rehearsal", false, "take rehearsal tokens, and no others")
	cmd.MarkFlagsMutuallyExclusive("rehearsal", "attestation-ca")
	return cmd
}

func (a *attesting) run(cmd *cobra.Command, paths []string, now time.Time) error {
	at, notes, err := At(a.at, now)
	if err != nil {
		return err
	}
	want, err := a.expect()
	if err != nil {
		return err
	}
	bundle, note, err := a.trusted()
	if err != nil {
		return err
	}
	leaf, above, err := readCertificates(paths)
	if err != nil {
		return err
	}
	facts, checks := attest.Check(leaf, above, bundle, want, at)
	rep := verify.Report{Subject: strings.Join(paths, " "), At: at, Checks: checks, Notes: append(notes, note)}
	var found *keyInChain
	if a.chain != "" {
		if found, err = lookUp(cmd.Context(), a.chain, facts.SPKI); err != nil {
			return err
		}
		rep.Notes = append(rep.Notes, "the roots in "+a.chain+" were read as they are, and not verified")
	}
	if err := attestationOf(facts, found).print(cmd, rep, a.json); err != nil {
		return err
	}
	return answer(rep)
}
