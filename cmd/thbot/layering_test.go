package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestLayering reads every import of the product's own files and holds the
// floors: cmd → bot → commands → store, and never back; each platform's
// library and each database's driver below its own room; adapters and drivers
// known to cmd alone. Tests may import more.
func TestLayering(t *testing.T) {
	root := filepath.Join("..", "..")
	files := 0
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if base := entry.Name(); base != ".." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "vendor") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		files++
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		room, err := filepath.Rel(root, filepath.Dir(name))
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if why := forbidden(filepath.ToSlash(room), imported); why != "" {
				t.Errorf("%s imports %s: %s", name, imported, why)
			}
		}
		return err
	})
	if err != nil || files < 50 {
		t.Fatalf("%d files read: %v", files, err)
	}
}

// TestLayeringFinds holds that the rules would find what they forbid.
func TestLayeringFinds(t *testing.T) {
	for _, c := range []struct {
		room, imported string
		ok             bool
	}{
		{"cmd/thbot", "thbot/bot/slack", true}, {"cmd/thbot", "thbot/store/bolt", true},
		{"bot/outbox", "thbot/commands", true}, {"bot/slack", "thbot/bot/chat", true},
		{"bot/slack", "github.com/slack-go/slack/socketmode", true}, {"store/bolt", "go.etcd.io/bbolt/errors", true},
		{"store/storetest", "thbot/store", true}, {"commands", "thbot/store/statement", true}, {"bot/slack/render", "thbot/bot/slack", true},

		{"store", "thbot/commands", false}, {"commands/overlap", "thbot/bot/chat", false}, {"bot", "thbot/cmd/thbot", false},
		{"commands", "thbot/store/bolt", false}, {"store", "thbot/store/bolt", false}, {"bot", "thbot/bot/slack", false},
		{"bot/outbox", "thbot/bot/mattermost", false}, {"bot/slack", "thbot/bot/mattermost", false}, {"bot/slack", "thbot/bot/outbox", false},
		{"commands", "github.com/slack-go/slack", false}, {"bot/mattermost", "github.com/slack-go/slack", false},
		{"bot", "github.com/mattermost/mattermost/server/public/model", false}, {"cmd/thbot", "go.etcd.io/bbolt", false},
		{"store/bolt", "github.com/jackc/pgx/v5", false}, {"bot/chat", "thbot/bot/outbox", false}, {"cmd/thbot", "thbot/store/storetest", false},
		{"cmd/thbot", "thbot/bot/slack/standin", false}, {"bot/slack", "thbot/bot/slack/standin", false}, {"bot/slack/standin/load", "thbot/bot/slack/standin", true},
	} {
		if why := forbidden(c.room, c.imported); (why == "") != c.ok {
			t.Errorf("%s importing %s: %q", c.room, c.imported, why)
		}
	}
}

// forbidden says why a package of ours must not import another, or "".
func forbidden(room, imported string) string {
	for library, home := range map[string]string{
		"github.com/slack-go/slack": "bot/slack", "github.com/mattermost": "bot/mattermost",
		"go.etcd.io/bbolt": "store/bolt", "github.com/jackc": "store/postgres",
	} {
		if below(imported, library) && !below(room, home) {
			return "only packages below " + home + " do"
		}
	}
	to, ours := strings.CutPrefix(imported, "thbot/")
	if !ours {
		return ""
	}
	if below(room, "bot/crashtest") && below(to, "store/bolt") {
		return "" // it stands for cmd in tests
	}
	for _, alone := range []string{"bot/slack", "bot/mattermost", "bot/console", "store/bolt", "store/postgres"} {
		if below(to, alone) && !below(room, alone) && !below(room, "cmd") {
			return "only cmd knows which adapters and drivers there are"
		}
	}
	switch {
	case below(to, "store/storetest"), below(to, "bot/slack/standin") && !below(room, "bot/slack/standin"):
		return "it is for tests"
	case floor(to) > floor(room):
		return "that is a floor above"
	case below(room, "bot/chat") && below(to, "bot") && !below(to, "bot/chat"):
		return "all below bot share bot/chat, so it knows none of them"
	case below(room, "bot/slack") || below(room, "bot/mattermost"):
		if below(to, "bot") && !below(to, "bot/chat") && !below(to, path.Join("bot", strings.Split(room, "/")[1])) {
			return "an adapter knows bot/chat and nothing else of bot"
		}
	}
	return ""
}

func below(p, folder string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }

func floor(room string) int {
	for i, top := range []string{"store", "commands", "bot", "cmd"} {
		if below(room, top) {
			return i
		}
	}
	return -1
}
