package fetch

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"net/http"
	"strconv"
	"time"
)

const (
	// tries is how often a file is asked for, at most.
	tries = 3
	// firstPause is the time between the first two tries, about; each further
	// one is twice as long.
	firstPause = 500 * time.Millisecond
	// maxWait is the longest that a server may ask us to wait. One that wants
	// more is not asked again.
	maxWait = 10 * time.Second
)

// passing reports whether a status may be another one soon.
func passing(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// pause is the time to wait after try n. Half to one and a half times the
// measure, so that consumers who were all turned away at once do not all come
// back at once; but no less than the server asks for.
func pause(n int, asked time.Duration) time.Duration {
	var b [2]byte
	_, _ = rand.Read(b[:]) // never fails
	measure := firstPause << (n - 1)
	spread := measure * time.Duration(binary.BigEndian.Uint16(b[:])) >> 16
	return max(measure/2+spread, asked)
}

// retryAfter reads a Retry-After header, in either form (RFC 9110, 10.2.3).
// What cannot be read asks for nothing.
func retryAfter(header string, now time.Time) time.Duration {
	// At its limit where there are more digits; either is too long to wait.
	seconds, err := strconv.ParseUint(header, 10, 31)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(seconds) * time.Second
	}
	date, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	return max(date.Sub(now), 0)
}

// sleep waits, but no longer than the context lasts.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
