package main

import (
	"fmt"
	"os"

	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// between puts what is to be done at the foot of every screen.
func (p *performance) between(s rehearse.Stage) func(sitting.Engine) sitting.Engine {
	return func(e sitting.Engine) sitting.Engine {
		if p.dies && s.Dies != "" {
			e = mortal{e, s.Dies}
		}
		task := s.Task
		if s.Dies != "" && !p.played() {
			task = fmt.Sprintf("between two touches, from another terminal: kill -9 %d", os.Getpid())
		}
		return prompted{e, task}
	}
}

// prompted is an engine whose every view says what is to be done.
type prompted struct {
	sitting.Engine
	task string
}

// View is the engine's, with the task before its own remarks.
func (e prompted) View() sitting.View {
	v := e.Engine.View()
	if e.task != "" && !v.Done {
		v.Notices = append([]string{"To do: " + e.task}, v.Notices...)
	}
	return v
}
