package slack

import (
	"net/http"
	"slices"
	"strings"
)

// scope is a right that thbot asks of a workspace, and why.
type scope struct{ name, why string }

// scopes are all that thbot needs, and no more.
var scopes = []scope{
	{"commands", "for the command /" + Command + " and the shortcuts"},
	{"chat:write", "to post in the coordination channel and in direct messages"},
	{"im:write", "to open direct messages with contact points"},
	{"im:history", "to find its own direct messages again, so that none is sent twice, and to answer those who write there"},
	{"channels:read", "to find the coordination channel and see who reads it, where it is public"},
	{"groups:read", "to find the coordination channel and see who reads it, where it is private"},
	{"channels:history", "to find its own posts in the channel again, so that none is posted twice, where it is public"},
	{"groups:history", "to find its own posts in the channel again, so that none is posted twice, where it is private"},
	{"users:read", "to see whether an account is active, a guest or of another workspace, and its time zone"},
	{"files:write", "to send exports and pictures"},
	{"files:read", "to see that a file it sent has arrived"},
}

// scopesOf reads the granted scopes out of an answer's headers.
func scopesOf(h http.Header) []string {
	var all []string
	for _, s := range strings.Split(h.Get("X-OAuth-Scopes"), ",") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// lacking gives the scopes that are needed and not granted.
func lacking(granted []string) []scope {
	return slices.DeleteFunc(slices.Clone(scopes), func(s scope) bool { return slices.Contains(granted, s.name) })
}

// needless gives the granted scopes that thbot has no use for.
func needless(granted []string) []string {
	return slices.DeleteFunc(slices.Clone(granted), func(g string) bool {
		return slices.ContainsFunc(scopes, func(s scope) bool { return s.name == g })
	})
}
