package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), ending()...)
	context.AfterFunc(ctx, stop) // a second signal ends it as it stands
	code := verbs.Main(ctx, menu(time.Now), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// ending are the signals that end the program in order, with the terminal as it
// was. A hang-up that whoever started it has ignored (nohup(1)) stays ignored.
func ending() []os.Signal {
	out := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT}
	if !signal.Ignored(syscall.SIGHUP) {
		out = append(out, syscall.SIGHUP)
	}
	return out
}

// menu is the whole program; now is the clock of whatever it judges.
func menu(now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rootmoot",
		Short: "Make the next root of trust together, and check roots",
		Long: `Rootmoot leads several people, each with a key on a hardware token, through
producing and co-signing the next version of a root of trust (TUF, or conda's
content trust), and checks the result as anyone else can.

Exit codes: 0 yes; 1 no; 2 wrong usage, or what you stand on is faulty; 3 a file
or device failed; 4 the ceremony is incomplete and can be resumed; 130
interrupted.`,
	}
	return verbs.Menu(cmd,
		rehearseVerb(now),
		openVerb(now),
		statusVerb(now),
		requestVerb(now),
		signVerb(now),
		importGPG(now),
		mergeVerb(now),
		verifyMenu(now),
		verbs.Inspect("rootmoot", append(placeKinds(), planKind())...),
		diff(),
		planMenu(now),
		tokenMenu(now),
		keymgrMenu(now),
		publishRoot(now),
		reportVerb(now),
		qrMenu(),
		version(),
	)
}

// verifyMenu are the verbs of rootmoot-verify.
func verifyMenu(now func() time.Time) *cobra.Command {
	const prefix = "rootmoot verify"
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check roots, tokens and evidence, as rootmoot-verify does",
	}
	return verbs.Menu(cmd, verbs.Chain(prefix, now), verbs.Candidate(prefix, now), verbs.Packages(prefix, now), verbs.Token(prefix, now), verbs.Evidence(prefix, now), verbs.Inspect(prefix))
}
