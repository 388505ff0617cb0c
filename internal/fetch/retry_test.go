package fetch

import (
	"context"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"":                              0,
		"0":                             0,
		"3":                             3 * time.Second,
		"-3":                            0,
		"1.5":                           0,
		"soon":                          0,
		"99999999999999999999999":       (1<<32 - 1) / 2 * time.Second,
		"Thu, 05 Nov 2026 12:00:07 GMT": 7 * time.Second,
		"Thu, 05 Nov 2026 11:00:00 GMT": 0,
	} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("%q: got %v, want %v", header, got, want)
		}
	}
}

func TestPause(t *testing.T) {
	seen := make(map[time.Duration]bool)
	for range 100 {
		first, second := pause(1, 0), pause(2, 0)
		seen[first] = true
		if first < 250*time.Millisecond || first >= 750*time.Millisecond || second < 500*time.Millisecond || second >= 1500*time.Millisecond {
			t.Fatalf("got %v and %v", first, second)
		}
	}
	if len(seen) < 50 {
		t.Errorf("%d different pauses of 100", len(seen))
	}
	if got := pause(1, 3*time.Second); got != 3*time.Second {
		t.Errorf("asked for 3s: got %v", got)
	}
}

// A server's wish is heeded up to a limit, and each pause is longer.
func TestWaits(t *testing.T) {
	tests := []struct {
		name  string
		after []string // Retry-After of each refusal
		least []time.Duration
		kind  string
	}{
		{"no wish", []string{"", ""}, []time.Duration{250 * time.Millisecond, 500 * time.Millisecond}, "file"},
		{"two wishes", []string{"2", "10"}, []time.Duration{2 * time.Second, 10 * time.Second}, "file"},
		{"too long a wish", []string{"1", "11"}, []time.Duration{time.Second}, "unasked"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address, _ := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
				if n > len(tt.after) {
					io.WriteString(w, "good")
					return
				}
				w.Header().Set("Retry-After", tt.after[n-1])
				w.WriteHeader(http.StatusTooManyRequests)
			})
			var waits []time.Duration
			s := open(t, address, Options{Wait: func(_ context.Context, d time.Duration) error {
				waits = append(waits, d)
				return nil
			}})
			if _, err := s.Read(t.Context(), "x", 10); kind(err) != tt.kind {
				t.Errorf("got %v", err)
			}
			ok := slices.EqualFunc(waits, tt.least, func(got, least time.Duration) bool {
				return got >= least && got < least+1500*time.Millisecond
			})
			if !ok {
				t.Errorf("waited %v, want about %v", waits, tt.least)
			}
		})
	}
}

// The real pause is a pause.
func TestSleep(t *testing.T) {
	begun := time.Now()
	if err := sleep(t.Context(), 30*time.Millisecond); err != nil || time.Since(begun) < 30*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sleep(ctx, time.Hour); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}
