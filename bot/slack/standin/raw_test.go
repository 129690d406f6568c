package standin_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

func escape(s string) string { return url.QueryEscape(s) }

// do sends a call without slack-go.
func (w *world) do(method, form string, into any) error {
	req, err := http.NewRequestWithContext(w.ctx, http.MethodPost, w.URL()+method, strings.NewReader(form))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(into)
}

func mustParse(query string) url.Values {
	v, err := url.ParseQuery(query)
	if err != nil {
		panic(err)
	}
	return v
}

// fail ends the test's hope, from any goroutine.
func (w *world) fail(err error) { w.t.Error(err) }
