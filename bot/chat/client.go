package chat

import (
	"net/http"
	"time"
)

// Times and sizes of calls to a platform.
const (
	CallTime    = 20 * time.Second // one call
	AnswerBytes = 16 << 20         // of an answer, longer than any of theirs
)

// Client gives a client for calls to a platform: with a timeout of 20 seconds
// where it has none, without redirects, which would take the token elsewhere,
// and with a bound on what it reads. nil stands for the system's.
func Client(given *http.Client) *http.Client {
	c := http.Client{}
	if given != nil {
		c = *given
	}
	if c.Timeout == 0 {
		c.Timeout = CallTime
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.Transport = bounded{c.Transport}
	return &c
}

// bounded cuts answers that are too long.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	next := b.next
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(r)
	if err == nil {
		resp.Body = http.MaxBytesReader(nil, resp.Body, AnswerBytes)
	}
	return resp, err
}
