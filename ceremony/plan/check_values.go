package plan

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rootmoot/rootmoot/internal/strictyaml"
)

// oneOf checks a value that must be one of a few.
func oneOf[T ~string](c *checker, path string, have T, want ...T) {
	if slices.Contains(want, have) {
		return
	}
	words := make([]string, len(want))
	for i, w := range want {
		words[i] = string(w)
	}
	c.fault(path, "%q: want %s", have, strings.Join(words, ", "))
}

// maybeOneOf is oneOf for a member that may be left out.
func maybeOneOf[T ~string](c *checker, path string, have T, want ...T) {
	if have != "" {
		oneOf(c, path, have, want...)
	}
}

// text checks free text on one line: control characters have no business in
// what is shown and signed.
func (c *checker) text(path, s string, needed bool) {
	switch {
	case s == "" && needed:
		c.fault(path, "is empty")
	case utf8.RuneCountInString(s) > maxText:
		c.fault(path, "longer than %d characters", maxText)
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }):
		c.fault(path, "has a control character: want one line of text")
	}
}

// description may have several lines.
func (c *checker) description(s string) {
	if utf8.RuneCountInString(s) > maxDescription {
		c.fault("description", "longer than %d characters", maxDescription)
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f }) {
		c.fault("description", "has a control character")
	}
}

func (c *checker) time(path string, t Time) {
	if at := t.Time(); at.IsZero() || at.Format(timeForm) != string(t) {
		c.fault(path, "%q is not a date like 2026-12-31T00:00:00Z", t)
	}
}

func (c *checker) digest(path string, d Digest) {
	if !digestForm.MatchString(string(d)) {
		c.fault(path, "want a SHA-256 in 64 lower-case hex characters")
	}
}

func (c *checker) threshold(path string, n int) {
	if n < 1 {
		c.fault(path, "%d: a threshold is at least 1", n)
	}
}

// identifier checks a name that other parts of the plan refer to.
func (c *checker) identifier(path, name string) {
	if len(name) > maxName || !nameForm.MatchString(name) {
		c.fault(path, "%q is no name: want lower-case letters, digits and hyphens, at most %d", name, maxName)
	}
}

// names checks a list of names under keys.
func (c *checker) names(path string, list []string, needed bool) {
	if needed && len(list) == 0 {
		c.fault(path, "is empty: name at least one key")
	}
	for i, name := range list {
		at := strictyaml.Index(path, i)
		if _, known := c.p.Keys[name]; !known {
			c.fault(at, "there is no key %q: add it under keys, or correct the name", name)
		}
		if slices.Contains(list[:i], name) {
			c.fault(at, "%s stands there twice", name)
		}
	}
}

// inFull checks that the named key stands in the plan already: a key of the
// trusted root cannot be enrolled.
func (c *checker) inFull(path, name string) {
	if k, known := c.p.Keys[name]; known && k.PEM == "" && k.Hex == "" {
		c.fault(path, "the key of %s must stand under keys in full: copy it from the trusted root", name)
	}
}
