//go:build linux || darwin

package terminal

import (
	"fmt"
	"sync"

	"golang.org/x/sys/unix"
)

// Watch waits for keys; see [Terminal.AnyKey] and [Terminal.Steer].
type Watch struct {
	keys     chan struct{}
	pressed  chan byte // nil if nobody is told which
	stop     chan struct{}
	done     chan struct{}
	fd       int
	before   *unix.Termios
	stopping sync.Once
	stopped  error
}

// AnyKey begins to watch for a key press. Until [Watch.Stop] keys act at once
// and are not shown, control-C still interrupts, and no prompt may be asked.
func (t *Terminal) AnyKey() (*Watch, error) { return t.watchKeys(nil) }

// Steer is [Terminal.AnyKey] for a screen that single keys steer: which ones are
// pressed is told by [Watch.Pressed]. What they do must be of no consequence:
// nobody confirms anything with a single key. Control-Z does nothing meanwhile,
// for the screen is not one to leave standing.
func (t *Terminal) Steer() (*Watch, error) { return t.watchKeys(make(chan byte, 16)) }

func (t *Terminal) watchKeys(pressed chan byte) (*Watch, error) {
	fd := int(t.in.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return nil, fmt.Errorf("watch for a key: %w", err)
	}
	watching := *before
	watching.Lflag &^= unix.ICANON | unix.ECHO
	watching.Lflag |= unix.ISIG
	if pressed != nil {
		stopless(&watching)
	}
	// A read returns after a tenth of a second even if no key is pressed
	// (termios(3), MIN 0 and TIME 1), so that the watch can end.
	watching.Cc[unix.VMIN], watching.Cc[unix.VTIME] = 0, 1
	if err := unix.IoctlSetTermios(fd, setTermios, &watching); err != nil {
		return nil, fmt.Errorf("watch for a key: %w", err)
	}
	w := &Watch{
		keys:    make(chan struct{}, 1),
		pressed: pressed,
		stop:    make(chan struct{}),
		done:    make(chan struct{}),
		fd:      fd, before: before,
	}
	t.mu.Lock()
	t.watch = w
	t.mu.Unlock()
	go w.run()
	return w, nil
}

// Keys receives when a key is pressed. Several presses that nobody has received
// yet count once. Which key it was is not told: it means "stop", and is never
// an answer.
func (w *Watch) Keys() <-chan struct{} { return w.keys }

// Pressed receives the keys that are one character of ASCII, such as q, each
// time one is pressed, if the watch was begun by [Terminal.Steer]. Arrows and
// the like are left out, and so are presses in great number that nobody
// receives.
func (w *Watch) Pressed() <-chan byte { return w.pressed }

// tell hands on what was read: first which keys, then that there were any.
func (w *Watch) tell(typed []byte) {
	const escape = 0x1b
	if len(typed) > 1 && typed[0] == escape {
		typed = nil // one key that sends several characters
	}
	for _, b := range typed {
		if b >= 0x80 {
			continue
		}
		select {
		case w.pressed <- b: // never, if there is no such channel
		default:
		}
	}
	select {
	case w.keys <- struct{}{}:
	default:
	}
}

func (w *Watch) run() {
	defer close(w.done)
	var buf [64]byte // an arrow key, or a token typing a password, is many bytes
	for {
		select {
		case <-w.stop:
			return
		default:
		}
		n, err := unix.Read(w.fd, buf[:])
		if n > 0 {
			w.tell(buf[:n])
		}
		clear(buf[:])
		if err != nil && err != unix.EINTR && err != unix.EAGAIN {
			return // the terminal went away; whoever asks there next will see
		}
	}
}

// Stop ends the watch, drops what was typed meanwhile and puts the terminal
// back as it was before. It may be called again.
func (w *Watch) Stop() error {
	w.stopping.Do(func() {
		close(w.stop)
		<-w.done
		if err := unix.IoctlSetTermios(w.fd, setTermiosDropInput, w.before); err != nil {
			w.stopped = fmt.Errorf("put the terminal back (try `stty sane`): %w", err)
		}
	})
	return w.stopped
}
