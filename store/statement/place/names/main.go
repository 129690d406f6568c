// Command names writes names.tsv, the countries' names in the official
// languages of the EU other than English, from the Unicode CLDR data in
// golang.org/x/text. It runs when that module is updated, so that thbot itself
// carries 24 languages and not the 200 of the module.
package main

import (
	"fmt"
	"log"
	"os"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"thbot/store/statement/spell"
)

const official = "de fr es it pl ro nl pt el cs hu sv bg da fi sk hr lt lv et sl mt ga"

const head = `# Countries in the official languages of the EU other than English. Made by
# the command in the folder names from Unicode CLDR data (Unicode licence v3);
# not to be edited. Columns, parted by a tab: ISO code; names, parted by |,
# each spelling once and none that is the English one.
`

func main() {
	if err := run("countries.tsv", "names.tsv"); err != nil {
		log.Fatal(err)
	}
}

func run(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var namers []display.Namer
	for lang := range strings.FieldsSeq(official) {
		namers = append(namers, display.Regions(language.MustParse(lang)))
	}
	var out strings.Builder
	out.WriteString(head)
	for line := range strings.Lines(string(data)) {
		columns := strings.Split(line, "\t")
		if len(columns) != 4 || len(columns[0]) != 2 {
			continue
		}
		region, err := language.ParseRegion(columns[0])
		if err != nil {
			return fmt.Errorf("%s: %w", columns[0], err)
		}
		if names := others(namers, region, columns[1]+"|"+columns[2]); names != nil {
			fmt.Fprintf(&out, "%s\t%s\n", columns[0], strings.Join(names, "|"))
		}
	}
	return os.WriteFile(to, []byte(out.String()), 0o644)
}

// others gives the names of the region that are spelled as none before.
func others(namers []display.Namer, region language.Region, known string) []string {
	seen := map[string]bool{spell.Key(region.String()): true}
	for name := range strings.SplitSeq(known, "|") {
		seen[spell.Key(name)] = true
	}
	var names []string
	for _, n := range namers {
		if name := n.Name(region); name != "" && !seen[spell.Key(name)] {
			seen[spell.Key(name)] = true
			names = append(names, name)
		}
	}
	return names
}
