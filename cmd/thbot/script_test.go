package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the conversations print into their txtar files")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"thbot": func() { os.Exit(Main()) }})
}

// TestConversations runs the real program through every conversation of
// testdata: lines typed, exact replies.
func TestConversations(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"samerows": samerows, "typed": typed, "cut": cut, "hold": hold,
			"answers": answers, "stale": stale, "ports": ports, "get": get,
		},
		Setup: func(env *testscript.Env) error {
			corpus, err := filepath.Abs("../../commands/overlap/testdata/corpus")
			env.Setenv("CORPUS", corpus)
			env.Values[heldKey{}] = new(held)
			return err
		},
	})
}

// TestTourIsTheReadmes holds that the README shows the tour as it is tested.
func TestTourIsTheReadmes(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("testdata/tour.txtar")
	if err != nil {
		t.Fatal(err)
	}
	_, want, found := bytes.Cut(script, []byte("-- transcript --\n"))
	if !found {
		t.Fatal("tour.txtar has no transcript")
	}
	want, _, _ = bytes.Cut(want, []byte("-- "))
	_, rest, _ := strings.Cut(string(readme), "<!-- tour -->\n```\n")
	got, _, found := strings.Cut(rest, "```\n<!-- /tour -->")
	if !found || got != string(want) {
		t.Fatal("the tour in README.md differs from testdata/tour.txtar; copy the transcript into it")
	}
}
