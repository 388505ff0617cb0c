package verbs

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
)

// packages are the flags of the verb that verifies packages.
type packages struct {
	judging
	metadata, subdir      string
	lock, channel         string
	unsigned, lyingBeside bool
}

// Packages is the verb that verifies a channel's records, and packages.
func Packages(prefix string, now func() time.Time) *cobra.Command {
	p := &packages{judging: judging{format: "auto"}}
	p.encode = func(rep verify.Report) string { return string(summaryLine(totals{}, nil, rep)) }
	cmd := &cobra.Command{
		Use:   "packages REPODATA|CHANNELDIR [ARTIFACT...]",
		Short: "Verify a channel's packages, from a trusted root to the bytes",
		Long: `Verify every package record of a channel of conda: from a root that you trust
through the chain and the key manager to the keys that sign packages, and with
these each record. A record must also be the one of its file name and subdir.

REPODATA is a repodata.json or repodata.json.zst, CHANNELDIR a folder with
subdirs, or one subdir. Packages that are given as ARTIFACT, or that lie in
CHANNELDIR with --artifacts, are held to the size and SHA-256 of their records.
With --lock only what a lock file names is judged: a list under @EXPLICIT,
conda-lock.yml or pixi.lock, whose packages are to come from --channel.

The verdicts are trusted, unsigned, unknown (signed by others only), bad,
below-threshold and misplaced. docs/packages.md explains them, and what they
cannot see.

Exit codes: 0 all is accepted; 1 something is refused; 2 wrong usage, or what
you trust is faulty; 3 a file or server could not be read.`,
		Example: `  # a channel, and the packages that lie in it
  ` + prefix + ` packages --at 2026-12-01T00:00:00Z \
    --trust testdata/channel/metadata/1.root.json \
    --metadata testdata/channel/metadata --artifacts testdata/channel/packages

  # what a lock file names, for machines
  ` + prefix + ` packages --at 2026-12-01T00:00:00Z \
    --trust testdata/channel/metadata/1.root.json \
    --metadata testdata/channel/metadata --json \
    --channel https://packages.example.org/main \
    --lock testdata/channel/explicit.txt testdata/channel/packages`,
		Args: Arguments("REPODATA|CHANNELDIR", "[ARTIFACT...]"),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return p.runE(now, func(_ *judging, cmd *cobra.Command, _ string, at time.Time) error {
			return p.run(cmd, args, at, now)
		})(cmd, args)
	}
	p.flags(cmd)
	return cmd
}

func (p *packages) flags(cmd *cobra.Command) {
	p.registerGround(cmd, "root that you trust, a file or a pin: `FILE|VERSION:DIGEST`")
	f := cmd.Flags()
	f.StringVar(&p.metadata, "metadata", "", "`DIR|URL` of the chain: N.root.json and key_mgr.json")
	f.BoolVar(&p.plainHTTP, "plain-http", false, "take an address that is not https from any host, not only from this machine")
	f.BoolVar(&p.unsigned, "allow-unsigned", false, "take records that nobody has signed, and say how many")
	f.BoolVar(&p.lyingBeside, "artifacts", false, "verify the packages that lie in CHANNELDIR too")
	f.StringVar(&p.subdir, "subdir", "", "subdir `NAME` that REPODATA is for, if it does not say")
	f.StringVar(&p.lock, "lock", "", "judge only what this lock `FILE` names, and hold its digests to the records")
	f.StringVar(&p.channel, "channel", "", "address of the channel in the lock file: `URL`")
	f.BoolVar(&p.json, "json", false, "print JSON, a line for each package (docs/packages.schema.json)")
}

func (p *packages) run(cmd *cobra.Command, args []string, at time.Time, now func() time.Time) error {
	if p.metadata == "" {
		return &Error{Code: Usage, Err: errors.New("--metadata: name the folder or address of the chain, with key_mgr.json")}
	}
	shelves, err := p.shelves(args[0])
	if err != nil {
		return err
	}
	defer shelves.close()
	given, err := p.given(args[1:], shelves)
	if err != nil {
		return err
	}
	locked, err := p.locked()
	if err != nil {
		return err
	}
	w, err := p.depart(cmd, p.metadata, at)
	if err != nil {
		return err
	}
	defer w.close()
	if have := w.trusted.Root().Format; have != root.Conda {
		return &Error{Code: Usage, Err: fmt.Errorf("the trusted root is of %v: packages are signed under roots of conda", have)}
	}
	_, manager, rep, err := w.follow()
	rep.Subject, rep.Notes, rep.Checks = shown(args[0]), append(w.first.Notes, rep.Notes...), append(w.first.Checks, rep.Checks...)
	if err == nil {
		rep.Add(channel.Authority(manager))
	}
	v := &judgement{packages: p, cmd: cmd, rep: rep, manager: manager, given: given, locked: locked, meter: Meter{Out: cmd.ErrOrStderr(), Now: now}}
	if err == nil && w.seen != nil {
		err = w.seen.faulty(rep)
	}
	if err != nil || rep.Verdict() == verify.Undecided {
		if err := v.print(); err != nil {
			return err
		}
		return w.answer(rep, err)
	}
	if bad := rep.Failures(); len(bad) > 0 {
		v.refused = &bad[0]
	}
	return v.finish(v.all(cmd.Context(), shelves))
}
