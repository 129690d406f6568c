package commands_test

import (
	"context"
	"testing"
	"time"

	"thbot/commands"
)

// BenchmarkFind10k measures what reads the whole register of 10,000
// activities: coverage with its picture, search, list and the digest.
func BenchmarkFind10k(b *testing.B) {
	c := start(b, register(b, 10_000))
	defer c.Store().Close()
	for _, text := range []string{"coverage 2027", "coverage 2027 text", "search labour inspectors romania train", "list status:planned country:RO", "digest"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				reply := c.Handle(context.Background(), commands.Request{
					Account: account("cepol"), Now: time.Now(), Text: text,
					Surface: commands.Surface{Files: true, Width: 80},
				})
				if reply.Failed {
					b.Fatal(reply.Message.Text())
				}
			}
		})
	}
}
