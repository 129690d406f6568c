package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"thbot/commands"
	"thbot/commands/overlap"
	"thbot/store"
	"thbot/store/fault"
)

// evaluateOptions are the flags of evaluate.
type evaluateOptions struct{ activities, pairs, scores string }

func evaluateFlags(p *program) {
	p.flags.StringVar(&p.evaluateOptions.activities, "activities", "", "`file` of activities, JSONL")
	p.flags.StringVar(&p.evaluateOptions.pairs, "pairs", "", "`file` of labelled pairs, TSV with the header a b label kind why")
	p.flags.StringVar(&p.evaluateOptions.scores, "scores", "", "write every scored pair to this `file`")
}

func (p *program) evaluate(ctx context.Context) error {
	if err := p.none(); err != nil {
		return err
	}
	o := p.evaluateOptions
	switch {
	case o == evaluateOptions{}:
		return p.onRegister(ctx, p.evaluateVerdicts)
	case o.activities == "" || o.pairs == "":
		return usage("--activities and --pairs go together; with neither, the verdicts in the store are measured")
	}
	engine, words, err := p.engine()
	if err != nil {
		return err
	}
	catalogue, err := p.catalogue()
	if err != nil {
		return err
	}
	file, err := p.files.Open(o.activities)
	if err != nil {
		return err
	}
	defer file.Close()
	works, ids, err := commands.ReadWorks(file, catalogue)
	if err != nil {
		return err
	}
	pairs, err := p.readPairs(o.pairs, ids)
	if err != nil {
		return err
	}
	report := engine.Evaluate(works, pairs)
	if o.scores != "" {
		if err := p.writeScores(o.scores, report.Scores, ids); err != nil {
			return err
		}
	}
	return p.printJSON(struct {
		overlap.Report
		Suggestions any `json:"suggestions"`
	}{report, commands.EvaluateSuggestions(words, works)})
}

func (p *program) printJSON(report any) error {
	out := json.NewEncoder(p.stdout)
	out.SetIndent("", "  ")
	return out.Encode(report)
}

// evaluateVerdicts tells how the flags fared on what the network itself said
// of them.
func (p *program) evaluateVerdicts(ctx context.Context, r *register) error {
	return r.store.View(ctx, func(v *store.View) error {
		report, err := r.commands.EvaluateVerdicts(v)
		if err != nil {
			return err
		}
		return p.printJSON(report)
	})
}

// withoutBareStore takes away a --store that no URL follows: evaluate --store
// then means the configured store.
func withoutBareStore(args []string) []string {
	var out []string
	for i, a := range args {
		bare := (a == "--store" || a == "-store") && (i == len(args)-1 || strings.HasPrefix(args[i+1], "-"))
		if !bare {
			out = append(out, a)
		}
	}
	return out
}

// readPairs reads the labelled pairs; ids maps the file's ids to numbers. Its
// error names every line that is wrong.
func (p *program) readPairs(path string, ids []string) ([]overlap.Pair, error) {
	number := make(map[string]int, len(ids))
	for i, id := range ids {
		number[id] = i + 1
	}
	file, err := p.files.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var pairs []overlap.Pair
	var wrong []string
	lines := bufio.NewScanner(file)
	seen := map[[2]int]int{}
	for n := 1; lines.Scan(); n++ {
		cells := strings.Split(strings.TrimPrefix(lines.Text(), "\ufeff"), "\t")
		if n == 1 {
			if len(cells) < 3 || cells[0] != "a" || cells[1] != "b" || cells[2] != "label" {
				return nil, fault.New(fault.Invalid, "%s, line 1: the header has to be a, b, label, kind, why, with tabs between.", path)
			}
			continue
		}
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		pair, problem := readPair(cells, number)
		pairKey := [2]int{min(pair.A, pair.B), max(pair.A, pair.B)}
		if problem == "" && seen[pairKey] != 0 {
			problem = fmt.Sprintf("line %d has this pair already", seen[pairKey])
		}
		if problem != "" {
			wrong = append(wrong, fmt.Sprintf("line %d: %s", n, problem))
			continue
		}
		seen[pairKey] = n
		pairs = append(pairs, pair)
	}
	if len(wrong) > 0 {
		return nil, fault.New(fault.Invalid, "%s cannot be used:\n%s", path, strings.Join(wrong, "\n"))
	}
	return pairs, lines.Err()
}

// readPair reads one line of the pairs, or says what is wrong with it.
func readPair(cells []string, number map[string]int) (pair overlap.Pair, problem string) {
	if len(cells) < 3 {
		return pair, "it takes two ids and a label, with tabs between"
	}
	for _, id := range cells[:2] {
		if number[id] == 0 {
			return pair, fmt.Sprintf("there is no activity %q in the activities file", id)
		}
	}
	if cells[0] == cells[1] {
		return pair, "it names one activity twice"
	}
	if cells[2] != "0" && cells[2] != "1" {
		return pair, fmt.Sprintf("the label is 0 or 1, not %q", cells[2])
	}
	pair = overlap.Pair{A: number[cells[0]], B: number[cells[1]], Label: int(cells[2][0] - '0')}
	if len(cells) > 3 {
		pair.Kind = cells[3]
	}
	return pair, ""
}

func (p *program) writeScores(path string, scores []overlap.Scored, ids []string) error {
	return p.write(path, func(f io.Writer) error {
		w := bufio.NewWriter(f)
		for _, s := range scores {
			flagged := 0
			if s.Flagged {
				flagged = 1
			}
			fmt.Fprintf(w, "%s\t%s\t%g\t%d\n", ids[s.A-1], ids[s.B-1], s.Score, flagged)
		}
		return w.Flush()
	})
}
