package publish

import (
	"context"
	"errors"
	"os"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// KeyManager publishes the key manager document raw in dir, under the newest root
// there, to which t must lead. It is refused as [Root] refuses a root; one that
// is there is replaced by a newer one only.
func KeyManager(ctx context.Context, dir *os.Root, raw []byte, t verify.Trusted, o verify.Options) (Outcome, error) {
	m, err := root.ParseKeyManager(raw)
	if err != nil {
		return Outcome{}, refuse(err)
	}
	out := Outcome{Body: &m.Body, Name: verify.KeyManagerFile}
	if t.IsZero() {
		return out, &verbs.Error{Code: verbs.Usage, Err: errors.New("a key manager document is judged under a root: --trust is missing"), Hint: TrustHint}
	}
	lock, err := safefile.LockDir(dir)
	if errors.Is(err, safefile.ErrLocked) {
		return out, &verbs.Error{Code: verbs.Unread, Err: errors.New("somebody else is publishing in this folder"), Hint: "wait for them, then call again"}
	}
	if err != nil {
		return out, err
	}
	defer lock.Close()
	folder := verbs.FolderOf(dir)
	if _, _, err := folder.Dir.Newest(); err != nil { // a hole would end the walk early
		return out, coded(err)
	}
	newest, rep, err := verify.Chain(ctx, t, folder, o, nil)
	if err != nil {
		return out, err
	}
	out.Report = rep
	if rep.Verdict() == verify.Accepted {
		_, judged := verify.KeyManager(newest, raw, o)
		out.Report.Add(judged.Checks...)
	}
	if err := out.ready(ctx, dir); err != nil {
		return out, err
	}
	written, err := folder.Dir.PutKeyManager(raw, m)
	if written {
		out.Written = []string{out.Name}
	}
	return out, coded(err)
}
