package main

import (
	"errors"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// ledFlags are those of verbs that resume a sitting and use no token.
func (d *drivers) ledFlags(f *pflag.FlagSet) {
	f.StringVar(&d.ca, "attestation-ca", "", "`FILE` with the CA certificates that the sitting was begun with, if it was")
}

// ledConfig is what the sitting in a directory stands on, for verbs that use no
// token: the plan lies there.
func ledConfig(dir string, d drivers, now func() time.Time) (sitting.Config, error) {
	path := filepath.Join(dir, sitting.PlanFile)
	p, err := loadPlan(path)
	if errors.Is(err, fs.ErrNotExist) {
		return sitting.Config{}, &verbs.Error{Code: verbs.Unread, Err: err, Hint: "name the directory of a sitting: beside the plan that it was opened with"}
	}
	if err != nil {
		return sitting.Config{}, err
	}
	cfg := baseConfig("", now)
	cfg.Dir = dir
	cfg.Bundle, err = d.bundle(p.Mode == plan.Rehearsal)
	return cfg, err
}

// openLed resumes the sitting in a directory, for verbs that use no token.
func openLed(dir string, d drivers, now func() time.Time) (*sitting.Sitting, error) {
	cfg, err := ledConfig(dir, d, now)
	if err != nil {
		return nil, err
	}
	return openSitting(cfg)
}

// refused gives a refusal of the engine its exit code and its hint.
func refused(err error) error {
	var r *sitting.Refusal
	if !errors.As(err, &r) {
		return err
	}
	return &verbs.Error{Code: verbs.No, Err: err, Hint: r.Hint}
}
