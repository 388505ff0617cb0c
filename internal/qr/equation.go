package qr

// An equation says that the XOR of some of a file's parts is these bytes.
type equation struct {
	row  row
	data []byte
}

func (e *equation) xor(o *equation) {
	e.row.xor(o.row)
	xorBytes(e.data, o.data)
}

// equations are independent ones, solved as far as they go (Gaussian
// elimination): the first part in the row of solved[i] is i.
type equations struct {
	solved []*equation // nil where there is none
	rank   int
}

// add takes an equation over. It reports false if that contradicts the others.
func (s *equations) add(e *equation) bool {
	for i := e.row.next(0); i >= 0; i = e.row.next(i + 1) {
		if s.solved[i] == nil {
			s.solved[i] = e
			s.rank++
			return true
		}
		e.xor(s.solved[i])
	}
	for _, b := range e.data {
		if b != 0 {
			return false
		}
	}
	return true
}

// solve is each part, once there are as many equations as parts.
func (s *equations) solve() [][]byte {
	out := make([][]byte, len(s.solved))
	for i := len(out) - 1; i >= 0; i-- {
		e := s.solved[i]
		for j := e.row.next(i + 1); j >= 0; j = e.row.next(j + 1) {
			e.xor(s.solved[j]) // which is part j alone by now
		}
		out[i] = e.data
	}
	return out
}
