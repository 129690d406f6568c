package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestProgress writes to a terminal now and then, and how it ended last.
func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := &program{stderr: &out, progress: true}
		done, show := p.showProgress()
		for n := range 1000 {
			show("rows stored", n+1, 1000)
			time.Sleep(time.Millisecond)
		}
		done()
		if got := strings.Count(out.String(), "\r"); got != 21 { // at first, every 50 ms of the second, at the end
			t.Errorf("%d lines", got)
		}
		if !strings.HasPrefix(out.String(), "\r\x1b[Krows stored: 1 of 1000\r") || !strings.HasSuffix(out.String(), "\r\x1b[Krows stored: 1000 of 1000\n") {
			t.Errorf("%q", out.String())
		}
		out.Reset()
		if done, _ := p.showProgress(); out.Len() > 0 {
			t.Error("something is written before there is progress")
		} else if done(); out.Len() > 0 {
			t.Error("a line is ended that was not begun")
		}
		p.progress = false
		if _, show := p.showProgress(); show != nil {
			t.Error("progress is shown where nobody looks on")
		}
	})
}
