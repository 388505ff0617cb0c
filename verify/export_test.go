package verify

import "github.com/rootmoot/rootmoot/root"

// Rulings is the rule of each fault code.
func Rulings() map[root.Code]string {
	out := make(map[root.Code]string)
	for _, r := range rulings {
		out[r.code] = r.rule
	}
	return out
}

// Severities says of each rule in the table what a finding means: "refused", or
// "warned of", and what it means under strict.
func Severities() map[string]string {
	words := map[Result]string{Fail: "refused", Warn: "warned of"}
	out := make(map[string]string)
	for _, r := range rulings {
		if out[r.rule] != "" { // the first of a rule's rows is what it means
			continue
		}
		out[r.rule] = words[r.usual]
		if r.strict != r.usual {
			out[r.rule] += "; strict: " + words[r.strict]
		}
	}
	return out
}
