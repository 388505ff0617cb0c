//go:build !unix

package tui

import tea "charm.land/bubbletea/v2"

// stops does nothing: nobody stops a process here.
func stops(*tea.Program, func()) (end func()) { return func() {} }
