package plain_test

import (
	"regexp"
	"strings"
	"sync"
	"time"
)

// A typist is a person at the console: it reads what is on the screen, waits
// for a prompt, and types. It knows the PINs and nothing of the engine.
type typist struct {
	pins  map[string]string
	leave string // types q when this is on the screen

	mu   sync.Mutex
	text string
	seen int // how much of the text was answered
}

// Write takes what appears on the screen.
func (y *typist) Write(b []byte) (int, error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.text += strings.ReplaceAll(string(b), "\r", "")
	return len(b), nil
}

func (y *typist) screen() string {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.text
}

// next waits until the screen asks for something and is what to type; false
// when the console is gone.
func (y *typist) next(gone <-chan struct{}) (answer string, secret, ok bool) {
	for {
		y.mu.Lock()
		text, fresh := y.text, len(y.text) > y.seen
		y.mu.Unlock()
		if fresh {
			if answer, secret, ok = y.answer(text); ok {
				y.mu.Lock()
				y.seen = len(text)
				y.mu.Unlock()
				return answer, secret, true
			}
		}
		select {
		case <-gone:
			return "", false, false
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// answer is what to type at the end of text, if something is asked for there.
func (y *typist) answer(text string) (answer string, secret, ok bool) {
	last := strings.TrimSuffix(text[strings.LastIndexByte(strings.TrimSuffix(text, "\n"), '\n')+1:], "\n")
	switch {
	case strings.HasSuffix(last, "press any key to touch it)"):
		return "", false, true
	case !strings.HasSuffix(last, ": "):
		return "", false, false
	case strings.HasPrefix(last, "number of what to do"):
		if y.leave != "" && strings.Contains(text, y.leave) {
			return "q", false, true
		}
		return choose(text), false, true
	case strings.HasPrefix(last, "  PIN of "):
		name := strings.Fields(last)[2]
		return y.pins[name], true, true
	case strings.Contains(last, `"last try"`):
		return "last try", false, true
	case strings.Contains(last, " words "):
		return words(text, last), false, true
	case strings.Contains(last, "Who that is"):
		return "", false, true // the same for two parts would be one person in both
	case strings.Contains(last, "outside clock"):
		return noon().Format("2006-01-02 15:04"), false, true
	}
	return "as it was said", false, true
}

// choose is the number of the first act that the step waits for, or else of
// the first.
func choose(text string) string {
	list := regexp.MustCompile(`(?m)^ ([> ]) +(\d+)  `).FindAllStringSubmatch(text, -1)
	begin := 0
	for i, l := range list {
		if l[2] == "1" {
			begin = i
		}
	}
	for _, l := range list[begin:] {
		if l[1] == ">" {
			return l[2]
		}
	}
	return "1"
}

// words are those that are asked for, from the digest last shown.
func words(text, prompt string) string {
	text = regexp.MustCompile(`(?s), as 24 words .*?\n\n`).ReplaceAllString(text, "\n\n") // others than those asked for
	shown := make(map[string]string)
	pair := `\s+(\d+) (\S+)`
	for _, row := range regexp.MustCompile(`(?m)^ `+pair+pair+pair+pair+`$`).FindAllStringSubmatch(text, -1) {
		for i := 1; i < len(row); i += 2 {
			shown[row[i]] = row[i+1]
		}
	}
	var out []string
	for _, n := range regexp.MustCompile(`\d+`).FindAllString(prompt, 3) { // "words 1, 2 and 3"
		out = append(out, shown[n])
	}
	return strings.Join(out, " ")
}
