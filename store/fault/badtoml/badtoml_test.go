package badtoml

import (
	"errors"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// TestReason has no word of the program's types in what people read.
func TestReason(t *testing.T) {
	type person struct {
		Name string `toml:"name"`
	}
	for text, want := range map[string]string{
		"text = 1":                    "line 1, column 8: `text` takes text in quotes, and has a number",
		"text = 1.5":                  "line 1, column 8: `text` takes text in quotes, and has a number",
		"text = true":                 "line 1, column 8: `text` takes text in quotes, and has true or false",
		"text = 2027-03-01":           "line 1, column 8: `text` takes text in quotes, and has a date or time",
		"text = 2027-03-01T09:00:00Z": "line 1, column 8: `text` takes text in quotes, and has a date or time",
		"\ntext = [\"a\"]":            "line 2, column 8: `text` takes text in quotes, and has a list",
		"flag = \"yes\"":              "line 1, column 8: `flag` takes true or false, and has text in quotes",
		"number = \"1\"":              "line 1, column 10: `number` takes a number, and has text in quotes",
		"list = \"a\"":                "line 1, column 8: `list` takes a list such as [\"a\", \"b\"], and has text in quotes",
		"list = [1]":                  "line 1, column 9: `list` takes text in quotes, and has a number",
		"section = \"a\"":             "line 1, column 11: `section` takes a section, and has text in quotes",
		"[section]\nshare = \"a\"":    "line 2, column 9: `section.share` takes a number, and has text in quotes",
		"[text]\na = 1":               "line 1, column 2: `text` takes text in quotes, and has a section",
		"[[people]]\nname = 1":        "line 2, column 8: `people.name` takes text in quotes, and has a number",
		"people = 1":                  "line 1, column 10: `people` takes a section, and has a number",
		"text = \"a":                  "line 1, column 9: unterminated basic string",
		"text = \"a\"\ntext = \"b\"":  "line 2, column 1: key text is already defined",
	} {
		var into struct {
			Text    string   `toml:"text"`
			Flag    bool     `toml:"flag"`
			Number  int      `toml:"number"`
			List    []string `toml:"list"`
			People  []person `toml:"people"`
			Section struct {
				Share float64 `toml:"share"`
			} `toml:"section"`
		}
		err := toml.Unmarshal([]byte(text), &into)
		if err == nil {
			t.Errorf("%q was read", text)
			continue
		}
		if got := Reason(err); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
	if got := Reason(errors.New("toml: a whim")); got != "a whim" {
		t.Error(got)
	}
}
