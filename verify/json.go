package verify

import (
	"strconv"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/root"
)

// ReportSchema names the form of the JSON report, which docs/report.schema.json
// describes. Members may be added under the same name; none changes its
// meaning or goes away.
const ReportSchema = "rootmoot/report/v1"

// AppendJSON appends the report as one JSON object, without a final newline:
// ASCII, sorted members, so that equal reports are equal bytes.
func (r Report) AppendJSON(dst []byte) []byte {
	v := canonical.NewObject(
		member("schema", str(ReportSchema)),
		member("verdict", str(string(r.Verdict()))),
		member("subject", str(r.Subject)),
		member("checks", list(r.Checks, Check.value)),
		member("notes", list(r.Notes, str)),
	)
	if !r.At.IsZero() {
		v = v.With("at", str(root.FormatTime(r.At)))
	}
	if r.Root != nil {
		v = v.With("root", r.Root.value())
	}
	if r.Error != "" {
		v = v.With("error", str(r.Error))
	}
	out, err := canonical.AppendConda(dst, v)
	if err != nil { // only a number can fail, and ours is an int64
		return dst
	}
	return out
}

func (c Check) value() *canonical.Value {
	v := canonical.NewObject(
		member("rule", str(c.Rule)),
		member("result", str(string(c.Result))),
		member("subject", str(c.Subject)),
	)
	if c.Pointer != "" {
		v = v.With("pointer", str(c.Pointer))
	}
	if c.Detail != "" {
		v = v.With("detail", str(c.Detail))
	}
	return v
}

func (d Document) value() *canonical.Value {
	return canonical.NewObject(
		member("format", str(d.Format.String())),
		member("version", canonical.NewNumber(strconv.FormatInt(d.Version, 10))),
		member("digest", str(d.Digest.String())),
		member("expires", str(root.FormatTime(d.Expires.Time))),
	)
}

func member(name string, v *canonical.Value) canonical.Member {
	return canonical.Member{Name: name, Value: v}
}

func list[T any](items []T, value func(T) *canonical.Value) *canonical.Value {
	out := make([]*canonical.Value, len(items))
	for i, item := range items {
		out[i] = value(item)
	}
	return canonical.NewArray(out...)
}

// str makes a string of text that may come from a file's name: JSON has
// Unicode only.
func str(s string) *canonical.Value {
	return canonical.NewString(strings.ToValidUTF8(s, "\uFFFD"))
}
