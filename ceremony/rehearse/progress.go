package rehearse

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// progressFile says how far the scenario in a folder has come.
const progressFile = "scenario.json"

// maxProgress bounds it, in bytes.
const maxProgress = 1 << 16

// A Progress is how far a scenario has come.
type Progress struct {
	Scenario string   `json:"scenario"`
	Format   string   `json:"format"`
	Stages   int      `json:"stages"`           // that are over
	Begun    bool     `json:"begun,omitempty"`  // the next one, in which the program is to be killed
	Proven   []string `json:"proven,omitempty"` // what was shown so far
}

// Progress reads how far the scenario in the folder has come; false if there is
// none in it.
func (r *Rehearsal) Progress() (Progress, bool, error) {
	var p Progress
	raw, err := safefile.ReadPath(r.path(progressFile), maxProgress)
	if errors.Is(err, fs.ErrNotExist) {
		return p, false, nil
	}
	if err != nil {
		return p, false, err
	}
	if err := json.Unmarshal(raw, &p, json.RejectUnknownMembers(true)); err != nil || p.Stages < 0 {
		return p, false, fmt.Errorf("rehearsal: %s is not of this program: %w; begin in another folder", progressFile, err)
	}
	return p, true, nil
}

// Keep writes it down.
func (r *Rehearsal) Keep(p Progress) error {
	raw, err := json.Marshal(p, jsontext.Multiline(true))
	if err != nil {
		return fmt.Errorf("rehearsal: %w", err)
	}
	return r.put(progressFile, append(raw, '\n'))
}
