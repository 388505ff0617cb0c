// Rootmoot-verify checks roots of trust from files alone, or from a web server
// whose address it is given: the auditor's tool. It is static, has no device
// code, and shares its verbs with rootmoot.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/spf13/cobra"
)

const name = "rootmoot-verify"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends it as it stands
	code := verbs.Main(ctx, command(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   name,
		Short: "Check roots of trust, and the evidence of how they were made",
		Long: `Check roots of trust of TUF and of conda, from files alone, or as a web server
has them; tokens by their attestations; and the evidence that a ceremony has
handed over.

Exit codes: 0 yes; 1 no; 2 wrong usage, or what you trust is faulty; 3 a file or
server could not be read; 130 interrupted.`,
	}
	return verbs.Menu(cmd, verbs.Chain(name, time.Now), verbs.Candidate(name, time.Now), verbs.Packages(name, time.Now), verbs.Token(name, time.Now), verbs.Evidence(name, time.Now), verbs.Inspect(name))
}
