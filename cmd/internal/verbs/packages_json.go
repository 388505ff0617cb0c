package verbs

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"time"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
)

// packagesSchema names the form of the lines, which docs/packages.schema.json
// describes.
const packagesSchema = "rootmoot/packages/v1"

// lines are JSON, one object on each.
type lines struct{ w *bufio.Writer }

func newLines(w io.Writer) *lines { return &lines{bufio.NewWriterSize(w, 1<<16)} }

// A packageLine is one record, package, or line of a lock file.
type packageLine struct {
	Kind    string   `json:"kind"` // package, artifact, locked
	Subdir  string   `json:"subdir,omitempty"`
	File    string   `json:"file"`
	Line    int      `json:"line,omitempty"` // of a lock file
	Verdict string   `json:"verdict"`
	Result  string   `json:"result"`
	Keys    []string `json:"keys,omitempty"`
	Rule    string   `json:"rule,omitempty"`
	Pointer string   `json:"pointer,omitempty"`
	Detail  string   `json:"detail,omitempty"`
}

func (l *lines) record(subdir string, r channel.Result) error {
	out := packageLine{Kind: "package", Subdir: subdir, File: string(r.File), Verdict: r.Verdict().String(), Result: string(r.Finding.Result)}
	for _, f := range r.Signers {
		out.Keys = append(out.Keys, f.String())
	}
	if r.Finding.Result != verify.Pass {
		out.Rule, out.Pointer, out.Detail = r.Finding.Rule, r.Finding.Pointer, r.Finding.Detail
	}
	return l.line(out)
}

func (l *lines) item(i item) error {
	c := i.finding
	verdict := map[verify.Result]string{verify.Pass: "good", verify.Warn: "weak"}[c.Result]
	if verdict == "" {
		verdict = "refused"
	}
	return l.line(packageLine{Kind: i.kind, Subdir: i.subdir, File: i.file, Line: i.line, Verdict: verdict, Result: string(c.Result), Rule: c.Rule, Pointer: c.Pointer, Detail: c.Detail})
}

func (l *lines) line(v any) error { return l.write(oneLine(v)) }

func (l *lines) write(raw []byte) error {
	if _, err := l.w.Write(raw); err != nil {
		return &Error{Code: Unread, Err: err}
	}
	return nil
}

func (l *lines) end(v *judgement) error {
	if err := l.write(summaryLine(v.totals, v.manager, v.rep)); err != nil {
		return err
	}
	if err := l.w.Flush(); err != nil {
		return &Error{Code: Unread, Err: err}
	}
	return nil
}

// A packagesSummary is the last line.
type packagesSummary struct {
	Kind      string          `json:"kind"` // summary
	Schema    string          `json:"schema"`
	Verdict   verify.Verdict  `json:"verdict"`
	Records   int             `json:"records"`
	Accepted  int             `json:"accepted"`
	Verdicts  map[string]int  `json:"verdicts"`
	Artifacts heldTo          `json:"artifacts"`
	Locked    heldTo          `json:"locked"`
	Authority *authorityLine  `json:"authority,omitempty"`
	Report    json.RawMessage `json:"report"`
}

type heldTo struct {
	Good    int `json:"good"`
	Weak    int `json:"weak"`
	Refused int `json:"refused"`
}

func (t tally) held() heldTo { return heldTo{t.good, t.weak, t.refused} }

type authorityLine struct {
	Version   int64    `json:"version,omitempty"`
	Digest    string   `json:"digest"`
	Expires   string   `json:"expires"`
	Threshold int      `json:"threshold"`
	Keys      []string `json:"keys"`
}

func summaryLine(t totals, m *root.KeyManager, rep verify.Report) []byte {
	var report bytes.Buffer
	_ = json.Compact(&report, rep.AppendJSON(nil)) // it is JSON
	out := packagesSummary{
		Kind: "summary", Schema: packagesSchema, Verdict: rep.Verdict(),
		Records: t.records.Records(), Accepted: t.records.Accepted(), Verdicts: make(map[string]int),
		Artifacts: t.packages.held(), Locked: t.locked.held(), Report: report.Bytes(),
	}
	for _, v := range channel.Verdicts() {
		out.Verdicts[v.String()] = t.records.Count(v)
	}
	if m != nil {
		role, _ := m.Role(root.RolePackages)
		out.Authority = &authorityLine{Version: m.Version, Digest: m.Digest.String(), Expires: root.FormatTime(m.Expires.Time), Threshold: role.Threshold, Keys: []string{}}
		for _, k := range role.Distinct() {
			out.Authority.Keys = append(out.Authority.Keys, k.Public.Fingerprint().String())
		}
	}
	return oneLine(out)
}

// oneLine is one object, as plain ASCII.
func oneLine(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // a buffer takes everything, and ours are texts and numbers
	return ascii(b.Bytes())
}

// until is when the authority ends: the root, or the key manager.
func (v *judgement) until() time.Time {
	at := v.manager.Expires.Time
	if r := v.rep.Root.Expires.Time; r.Before(at) {
		return r
	}
	return at
}
