package channel_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
	"github.com/rootmoot/rootmoot/verify/channel/channeltest"
)

// many is a channel of unsigned records, which cost little: more than are ever
// held at once.
func many(n int) []byte {
	var all []channeltest.Entry
	for i := range n {
		all = append(all, channeltest.New(subdir, fmt.Sprintf("p%06d", i), "1", "0", ".conda", nil))
	}
	return channeltest.Text(subdir, all...)
}

// Results come in order, however many work.
func TestEachInOrder(t *testing.T) {
	x := parse(t, many(10_000))
	j := channel.NewJudge(byOne(t), subdir, channel.Options{})
	for _, workers := range []int{0, 1, 2, 9} {
		next := 0
		err := j.Each(t.Context(), x, workers, func(r channel.Result) error {
			if r.Number != next || string(r.File) != fmt.Sprintf("p%06d-1-0.conda", next) || r.Verdict() != channel.Unsigned {
				return fmt.Errorf("record %d: %+v", next, r)
			}
			next++
			return nil
		})
		if err != nil || next != x.Len() {
			t.Errorf("%d workers: %d records, %v", workers, next, err)
		}
	}
}

// Each ends with the error of who takes the results, and gives none after it; and
// when its context does.
func TestEachEnds(t *testing.T) {
	x := parse(t, many(20_000))
	j := channel.NewJudge(byOne(t), subdir, channel.Options{})
	full := errors.New("disk full")
	for _, workers := range []int{1, 2, 9} {
		given := 0
		err := j.Each(t.Context(), x, workers, func(r channel.Result) error {
			if given++; r.Number == 7 {
				return full
			}
			return nil
		})
		if !errors.Is(err, full) || given != 8 {
			t.Errorf("%d workers: %v after %d", workers, err, given)
		}
		ctx, cancel := context.WithCancel(t.Context())
		err = j.Each(ctx, x, workers, func(r channel.Result) error {
			if r.Number == 100 {
				cancel()
			}
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%d workers: %v", workers, err)
		}
	}
}

func TestSummary(t *testing.T) {
	j := channel.NewJudge(byOne(t), subdir, channel.Options{})
	moved := zlib().Sign(one())
	text := channeltest.Text(subdir, zlib().Sign(one()), bzip(), channeltest.New(subdir, "x", "1", "0", ".conda", nil),
		moved.Called("zlib-9-0.conda"), moved.Called("zlib-8-0.conda"))
	var s channel.Summary
	if err := j.Each(t.Context(), parse(t, text), 1, func(r channel.Result) error {
		s.Add(r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	counts := make(map[string]int)
	for _, v := range channel.Verdicts() {
		counts[v.String()] = s.Count(v)
	}
	want := map[string]int{"trusted": 1, "unsigned": 2, "unknown": 0, "bad": 0, "below-threshold": 0, "misplaced": 2, "no-authority": 0}
	if diff := cmp.Diff(want, counts); diff != "" || s.Records() != 5 || s.Accepted() != 1 {
		t.Errorf("%d of %d\n%s", s.Accepted(), s.Records(), diff)
	}
	said := make(map[string]verify.Result)
	for _, c := range s.Checks("linux-64/repodata.json") {
		said[c.Rule] = c.Result
	}
	if diff := cmp.Diff(map[string]verify.Result{
		channel.RuleSigned: verify.Fail, channel.RuleListed: verify.Pass, channel.RuleForm: verify.Pass, channel.RuleCanonical: verify.Pass,
		channel.RuleValid: verify.Pass, channel.RuleQuorum: verify.Pass, channel.RuleFile: verify.Fail, channel.RulePlace: verify.Pass,
	}, said); diff != "" {
		t.Error(diff)
	}
}

// TestNoJudge: where the authority is refused nothing is taken, well signed or not,
// and each record says why.
func TestNoJudge(t *testing.T) {
	expired := verify.Check{Rule: "FRESH-EXPIRED", Result: verify.Fail, Subject: "key_mgr.json", Detail: "has expired"}
	j := channel.NoJudge(expired, subdir)
	var s channel.Summary
	if err := j.Each(t.Context(), parse(t, channeltest.Text(subdir, zlib().Sign(one()), bzip())), 2, func(r channel.Result) error {
		s.Add(r)
		if r.Accepted() || r.Verdict() != channel.NoAuthority || r.Finding.Detail != "nothing vouches for it: FRESH-EXPIRED: key_mgr.json has expired" {
			t.Errorf("%s: %v: %+v", r.File, r.Verdict(), r.Finding)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if s.Count(channel.NoAuthority) != 2 || s.Accepted() != 0 {
		t.Errorf("%d of 2", s.Count(channel.NoAuthority))
	}
	if c := s.Checks("x"); len(c) != 1 || c[0].Rule != channel.RuleAuthority || c[0].Result != verify.Fail {
		t.Errorf("%+v", c)
	}
}
