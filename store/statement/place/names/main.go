// Command names writes names.tsv, the countries' names in the official
// languages of the EU other than English, from the Unicode CLDR data in
// golang.org/x/text. It runs when that module is updated, so that thbot itself
// carries 24 languages and not the 200 of the module.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

const official = "de fr es it pl ro nl pt el cs hu sv bg da fi sk hr lt lv et sl mt ga"

const head = `# Countries in the official languages of the EU other than English. Made by
# the command in the folder names from Unicode CLDR data (Unicode licence v3);
# not to be edited. Columns, parted by tabs: language, ISO code, name.
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
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	w := bufio.NewWriter(out)
	fmt.Fprint(w, head)
	for lang := range strings.FieldsSeq(official) {
		names := display.Regions(language.MustParse(lang))
		for line := range strings.Lines(string(data)) {
			code, _, ok := strings.Cut(line, "\t")
			if !ok || len(code) != 2 {
				continue
			}
			region, err := language.ParseRegion(code)
			if err != nil {
				return fmt.Errorf("%s: %w", code, err)
			}
			if name := names.Name(region); name != "" && name != code {
				fmt.Fprintf(w, "%s\t%s\t%s\n", lang, code, name)
			}
		}
	}
	return w.Flush()
}
