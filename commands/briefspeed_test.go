package commands_test

import (
	"context"
	"testing"
	"time"

	"thbot/commands"
)

// BenchmarkBrief10k builds one agency's brief in a register of 10,000.
func BenchmarkBrief10k(b *testing.B) {
	c := start(b, register(b, 10_000))
	defer c.Store().Close()
	for b.Loop() {
		r := c.Handle(context.Background(), commands.Request{Account: account("cepol"), Text: "brief", Now: time.Now()})
		if r.Failed {
			b.Fatal(r.Message.Text())
		}
	}
}
