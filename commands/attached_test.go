package commands_test

import (
	"testing"

	"thbot/commands"
)

// TestAttachedFile holds that a file is answered with what works, that the words
// beside it are taken all the same, and that an outsider hears nothing of either.
func TestAttachedFile(t *testing.T) {
	d := open(t)
	d.failed(d.ask("cepol", commands.Request{Attached: true}), "did nothing with it", "thbot import FILE", "/thb export xlsx")
	r := d.ask("cepol", commands.Request{Attached: true, Text: "record Course for border guards in 2027"})
	d.reads(r, "A1 recorded", "did nothing with the one you sent along")
	d.failed(d.ask("guest", commands.Request{Attached: true}), "This register belongs to the contact points")
}
