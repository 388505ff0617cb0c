package verify

import "fmt"

// A summary adds up the checks of many steps: failures are kept, and of each
// rule's passes and warnings the first, with a count.
type summary struct {
	rows []row
	at   map[rowKey]int
}

type rowKey struct {
	rule   string
	result Result
}

type row struct {
	check Check
	count int
	last  string // subject of the latest
}

func (s *summary) add(r Report) {
	if s.at == nil {
		s.at = make(map[rowKey]int)
	}
	for _, c := range r.Checks {
		key := rowKey{c.Rule, c.Result}
		if i, known := s.at[key]; known && c.Result != Fail {
			s.rows[i].count++
			s.rows[i].last = c.Subject
			continue
		}
		s.at[key] = len(s.rows)
		s.rows = append(s.rows, row{c, 1, c.Subject})
	}
}

// checks are the sums, in the order in which the first of each was added. A
// pass that stands for many says so instead of its own detail.
func (s *summary) checks() []Check {
	out := make([]Check, len(s.rows))
	for i, r := range s.rows {
		out[i] = r.check
		switch {
		case r.count == 1:
		case r.check.Result == Pass:
			out[i].Pointer = ""
			out[i].Detail = fmt.Sprintf("holds %d times, up to %s", r.count, r.last)
		default:
			out[i].Detail += fmt.Sprintf(" (the first of %d, up to %s)", r.count, r.last)
		}
	}
	return out
}
