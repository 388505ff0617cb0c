package evidence

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// Held are the files of a place that its state does not hold.
type Held struct {
	Chain   [][]byte                          // roots, ascending, up to and with the trusted one, as far as there are
	Before  []byte                            // the key manager document that the plan's follows, nil if it follows none
	Journal []byte                            // as it lies, of which the state was folded
	Kept    func(name string) ([]byte, error) // what came from elsewhere, by the name under which it is kept
}

// Make puts together the full evidence of what a place holds: finished, aborted
// or not at its end. The same files are the same bytes. Lacks are the files that
// are recorded and missing, or changed: it is evidence without them all the same,
// and its check will say so.
func Make(st *ceremony.State, g *ceremony.Gathered, h Held) (raw []byte, lacks []string, err error) {
	files := Files{PlanFile: st.Plan.Raw(), JournalFile: h.Journal}
	for _, text := range h.Chain {
		r, err := root.Parse(text)
		if err != nil {
			return nil, nil, fmt.Errorf("evidence: chain: %w", err)
		}
		files[chainFolder+rootFile(r.Version)] = text
	}
	if h.Before != nil {
		files[BeforeFile] = h.Before
	}
	if st.Frozen != nil {
		files[FrozenFile] = st.Frozen.Raw()
	}
	if st.Candidate != nil {
		files[CandidateFile] = st.Candidate.Body().Signed()
	}
	if st.QuorumsMet() {
		if files[st.Candidate.FileName()], err = st.Assemble(); err != nil {
			return nil, nil, fmt.Errorf("evidence: %w", err)
		}
	}
	for _, k := range kept(g.Facts) {
		data, err := h.Kept(k.Name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			lacks = append(lacks, k.Name+" is missing")
		case err != nil:
			return nil, nil, fmt.Errorf("evidence: %w", err)
		case root.DigestOf(data) != k.SHA256:
			lacks = append(lacks, k.Name+" was changed")
		default:
			files[k.Name] = data
		}
	}
	m := describe(st, g)
	m.Files = entries(files)
	files[ManifestFile] = m.Encode()
	raw, err = Write(files)
	return raw, lacks, err
}

// kept are the files from elsewhere that facts record, each once.
func kept(facts []ceremony.Fact) []Entry {
	var out []Entry
	seen := make(map[string]bool)
	for _, f := range facts {
		var e Entry
		switch b := f.Body.(type) {
		case ceremony.Arrived:
			if b.Form == ceremony.ArrivedRequest { // of a keyholder's own place, which hands over no evidence
				continue
			}
			e = Entry{b.FileName(), b.Size, b.SHA256}
		case ceremony.SetAside:
			if b.Size > ceremony.MaxAside { // not kept
				continue
			}
			e = Entry{b.FileName(), b.Size, b.SHA256}
		default:
			continue
		}
		if !seen[e.Name] {
			seen[e.Name] = true
			out = append(out, e)
		}
	}
	return out
}
