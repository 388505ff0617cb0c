package verbs

import (
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/lockfile"
	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
)

// A lockLine is one package that a lock file names.
type lockLine struct {
	channel.Locked
	line    int
	finding verify.Check // of no rule until its subdir was judged
}

// locked reads the lock file, if there is one. The error has its exit code.
func (p *packages) locked() ([]*lockLine, error) {
	switch {
	case p.lock == "" && p.channel != "":
		return nil, &Error{Code: Usage, Err: errors.New("--channel: is the address that --lock is to name")}
	case p.lock == "":
		return nil, nil
	case p.channel == "":
		return nil, &Error{Code: Usage, Err: errors.New("--lock: name the channel's address in the lock file with --channel")}
	}
	address, err := lockfile.Channel(p.channel)
	if err != nil {
		return nil, &Error{Code: Usage, Err: fmt.Errorf("--channel: %w", err)}
	}
	p.channel = address
	raw, err := safefile.ReadPath(p.lock, lockfile.MaxSize)
	if err != nil {
		return nil, unread("lock file", err, No)
	}
	entries, err := lockfile.Parse(raw)
	if err != nil {
		return nil, &Error{Code: No, Err: fmt.Errorf("lock file %s: %w", p.lock, err)}
	}
	if len(entries) == 0 {
		return nil, &Error{Code: No, Err: fmt.Errorf("lock file %s: names no package", p.lock)}
	}
	out := make([]*lockLine, len(entries))
	for i, e := range entries {
		out[i] = &lockLine{line: e.Line, Locked: channel.Locked{Name: e.Name, Channel: e.Channel, Subdir: e.Subdir, File: e.File, SHA256: e.SHA256, MD5: e.MD5}}
	}
	return out, nil
}

// lockedIn judges what is named of one subdir.
func (v *judgement) lockedIn(x *repodata.Index, j *channel.Judge) error {
	l := v.holder(func(string) (*repodata.Index, *channel.Judge) { return x, j })
	for _, n := range v.locked {
		if n.Channel != v.channel || n.Subdir != j.Subdir() {
			continue
		}
		var r *channel.Result
		if r, n.finding = l.Judge(n.Locked); r == nil {
			continue
		}
		v.totals.records.Add(*r)
		if err := v.out.record(j.Subdir(), *r); err != nil {
			return err
		}
	}
	return nil
}

func (v *judgement) holder(find func(string) (*repodata.Index, *channel.Judge)) channel.Lock {
	return channel.Lock{Channel: v.channel, Options: v.options(), Find: find}
}

// named reports one. What no subdir had is of another channel or place.
func (v *judgement) named(n *lockLine) error {
	if n.finding.Rule == "" {
		_, n.finding = v.holder(func(string) (*repodata.Index, *channel.Judge) { return nil, nil }).Judge(n.Locked)
	}
	n.finding.Subject = fmt.Sprintf("%s (line %d of the lock file)", n.Name, n.line)
	v.totals.locked.add(n.finding)
	return v.out.item(item{kind: "locked", subdir: n.Subdir, file: n.Name, line: n.line, finding: n.finding})
}
