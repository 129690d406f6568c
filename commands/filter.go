package commands

import (
	"cmp"
	"slices"
	"strings"

	"thbot/commands/coverage"
	"thbot/commands/line"
	"thbot/commands/when"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
	"thbot/store/statement"
	"thbot/store/statement/place"
)

// filter is what list and export narrow the activities to: every condition
// holds. Several values of one key are alternatives.
type filter struct {
	conditions []condition
}

// condition is one key of a filter.
type condition struct {
	typed string // as typed, such as status:planned
	words string // such as "that are planned", behind "7 activities"
	holds func(*store.Activity) bool
}

// filterKeys are the keys that list and export take.
func filterKeys() []string { return facetKeys }

// chosen gives the activities that stand and pass the filters, in the order
// of ids.
func (k *call) chosen(v *store.View, filters string) ([]*store.Activity, error) {
	f, err := k.filterOf(filters)
	if err != nil {
		return nil, err
	}
	return f.among(v), nil
}

func (f *filter) among(v *store.View) []*store.Activity {
	var chosen []*store.Activity
	for a := range v.Live() {
		if f.passes(a, -1) {
			chosen = append(chosen, a)
		}
	}
	return chosen
}

// passes tells whether all conditions hold but the one at the position, which
// may be -1.
func (f *filter) passes(a *store.Activity, but int) bool {
	for i := range f.conditions {
		if i != but && !f.conditions[i].holds(a) {
			return false
		}
	}
	return true
}

// words says the filter behind "7 activities": " of Frontex, in 2027".
func (f *filter) words() string {
	parts := make([]string, len(f.conditions))
	for i, c := range f.conditions {
		parts[i] = c.words
	}
	if len(parts) == 0 {
		return ""
	}
	return " " + strings.Join(parts, ", ")
}

// filterOf reads filters as they are typed: key:value parts, and the bare
// words stale, overdue and mine, or a status, an agency, a commitment, a kind
// or a period.
func (k *call) filterOf(text string) (*filter, error) {
	l, err := line.Read(text, filterKeys(), filterKeys()...)
	if err != nil {
		return nil, err
	}
	f := &filter{}
	for _, p := range l.Pairs {
		c, err := k.condition(p)
		if err != nil {
			return nil, k.inFilters(l, p.Key, err)
		}
		c.typed = p.Raw
		f.conditions = append(f.conditions, c)
	}
	bare, err := k.bareConditions(strings.TrimSpace(l.Text))
	f.conditions = append(f.conditions, bare...)
	return f, err
}

// inFilters gives a fault about a value the whole line that works.
func (k *call) inFilters(l line.Line, key string, err error) error {
	return fault.Amend(err, func(f *fault.Error) {
		f.Try = cmp.Or(strings.TrimPrefix(f.Try, "/thb "+k.sub.Name+" "), "none")
		if strings.HasPrefix(f.Try, "/thb ") {
			return
		}
		lead := "/thb " + k.sub.Name + " "
		if k.sub.Name == "export" {
			lead += "xlsx "
		}
		f.Try = lead + l.With(key, f.Try)
	})
}

// bareConditions reads what stands without a key.
func (k *call) bareConditions(text string) ([]condition, error) {
	if text == "" {
		return nil, nil
	}
	if p, err := when.Parse(text, k.now); err == nil {
		return []condition{k.inPeriod(p, text)}, nil
	}
	var all []condition
	for _, word := range strings.Fields(text) {
		c, ok := k.bareCondition(strings.Trim(word, ",;"))
		if !ok {
			return nil, fault.New(fault.Invalid, "I do not know %q as a filter. Filters are key:value parts such as `agency:mine`, `status:planned` or `when:2027`, and the word `stale`. To look for words, use search.", word).
				WithTry("/thb search %s", text)
		}
		c.typed = word
		all = append(all, c)
	}
	return all, nil
}

func (k *call) bareCondition(word string) (condition, bool) {
	switch strings.ToLower(word) {
	case "stale":
		return k.isStale(), true
	case "overdue":
		return condition{words: "past the end and still planned or ongoing", holds: func(a *store.Activity) bool {
			return coverage.Overdue(a, k.today)
		}}, true
	case "all":
		return condition{words: "in all", holds: func(*store.Activity) bool { return true }}, true
	}
	key := ""
	if _, err := statement.FindTerm(statement.Statuses(), word); err == nil {
		key = "status"
	} else if _, err := k.catalogue.FindCommitment(word); err == nil {
		key = "commitment"
	} else if _, err := k.catalogue.FindAgency(word); err == nil || strings.EqualFold(word, "mine") {
		key = "agency"
	} else if _, err := statement.FindTerm(statement.Kinds(), word); err == nil {
		key = "kind"
	} else if p, err := when.Parse(word, k.now); err == nil {
		return k.inPeriod(p, word), true
	} else {
		return condition{}, false
	}
	c, err := k.condition(line.Pair{Key: key, Value: word, Values: []string{word}})
	return c, err == nil
}

func (k *call) isStale() condition {
	return condition{
		words: "stale (past the end, or untouched for " + itoa(int(k.rules.StaleAfter/day)) + " days)",
		holds: func(a *store.Activity) bool {
			return a.PartOf == 0 && coverage.Stale(a, k.now, k.rules.StaleAfter)
		},
	}
}

// inPeriod holds for what counts in the period, as coverage does.
func (k *call) inPeriod(p date.Period, typed string) condition {
	return condition{typed: typed, words: periodPhrase(p), holds: func(a *store.Activity) bool {
		return coverage.Within(a, p, k.rules.Zone)
	}}
}

// periodPhrase says a period behind a noun: "in March 2027", "on 1 March 2027",
// "in the second quarter of 2027", "from March 2027".
func periodPhrase(p date.Period) string {
	words := p.Words(date.None)
	switch {
	case p.First().Known() && p.First() == p.Last():
		return "on " + words
	case !p.First().Known() || !p.Last().Known():
		return words
	case p.From == p.To && strings.ContainsAny(string(p.From), "QH"):
		return "in the " + words
	}
	return "in " + words
}

// condition reads one key:value part.
func (k *call) condition(p line.Pair) (condition, error) {
	switch p.Key {
	case "when":
		period, err := when.Parse(p.Value, k.now)
		return k.inPeriod(period, p.Raw), err
	case "from":
		from, err := when.From(p.Value, k.now)
		c := k.inPeriod(date.Period{From: from}, p.Raw)
		c.words = "from " + from.Words(date.None) + " on"
		return c, err
	case "to":
		to, err := when.To(p.Value, k.now)
		c := k.inPeriod(date.Period{To: to}, p.Raw)
		c.words = "up to " + to.Words(date.None)
		return c, err
	case "country":
		return countryCondition(p)
	case "plan", "others", "link":
		return textCondition(p), nil
	}
	return k.facetCondition(p)
}

// facetCondition is one on a facet with values of its own.
func (k *call) facetCondition(p line.Pair) (condition, error) {
	form := filterForms()[p.Key]
	var wanted, names []string
	for _, v := range p.Values {
		if strings.EqualFold(v, none) {
			wanted, names = append(wanted, none), append(names, "none")
			continue
		}
		slug, name, err := k.facetValue(p.Key, v)
		if err != nil {
			return condition{}, err
		}
		wanted, names = addOnce(wanted, slug), addOnce(names, name)
	}
	if len(wanted) == 0 {
		return condition{}, fault.New(fault.Invalid, "`%s:` needs a value.", p.Key)
	}
	words := form.words + " " + orList(names)
	if slices.Equal(wanted, []string{none}) {
		words = "without " + form.without
	}
	today := k.today
	return condition{words: words, holds: func(a *store.Activity) bool {
		has := form.values(a, today)
		return slices.ContainsFunc(wanted, func(w string) bool {
			return w == none && len(has) == 0 || slices.Contains(has, w)
		})
	}}, nil
}

// filterForm says how a facet is asked for and where its values stand.
type filterForm struct {
	words, without string
	values         func(a *store.Activity, today date.Day) []string
}

func filterForms() map[string]filterForm {
	one := func(f func(*store.Activity) string) func(*store.Activity, date.Day) []string {
		return func(a *store.Activity, _ date.Day) []string { return addOnce(nil, f(a)) }
	}
	many := func(f func(*store.Activity) []string) func(*store.Activity, date.Day) []string {
		return func(a *store.Activity, _ date.Day) []string { return f(a) }
	}
	return map[string]filterForm{
		"agency":       {"of", "an agency", one(func(a *store.Activity) string { return a.Agency })},
		"commitment":   {"under", "a commitment", many(func(a *store.Activity) []string { return a.Commitments })},
		"kind":         {"of the kind", "a kind", one(func(a *store.Activity) string { return a.Kind })},
		"exploitation": {"about", "a form of exploitation", many(func(a *store.Activity) []string { return a.Exploitation })},
		"audience":     {"for", "an audience", many(func(a *store.Activity) []string { return a.Audience })},
		"with":         {"together with", "partners in the network", many((*store.Activity).With)},
		"status": {"with the status", "a status", func(a *store.Activity, today date.Day) []string {
			return []string{a.StatusAt(today)}
		}},
		"tlp": {"marked", "a marking", one(func(a *store.Activity) string {
			if a.TLP == "" {
				return "AMBER"
			}
			return a.TLP
		})},
		"follows": {"that follow", "an earlier activity", many(func(a *store.Activity) []string {
			var refs []string
			for _, id := range a.Follows {
				refs = append(refs, store.ActivityRef(id))
			}
			return refs
		})},
	}
}

// facetValue reads a value as the facet's own form and as it reads in words.
func (k *call) facetValue(key, v string) (slug, name string, err error) {
	switch key {
	case "agency", "with":
		if strings.EqualFold(v, "mine") {
			if k.who.Agency == "" {
				return "", "", fault.New(fault.Invalid, "You act for no single agency, so I do not know which is yours.").WithTry("frontex")
			}
			return k.who.Agency, k.agencyName(k.who.Agency), nil
		}
		a, err := k.catalogue.FindAgency(v)
		return a.Slug, a.Short, err
	case "commitment":
		c, err := k.catalogue.FindCommitment(v)
		return c.Slug, c.Slug, err
	case "follows":
		letter, id, ok := store.ParseRef(v, 'A')
		if !ok || letter != 'A' {
			return "", "", fault.New(fault.Invalid, "`follows:` takes the id of an activity; %s is none.", v).WithTry("A17")
		}
		return store.ActivityRef(id), store.ActivityRef(id), nil
	case "tlp":
		t, err := statement.FindTLP(v)
		return t.Slug, "TLP:" + t.Slug, err
	}
	terms := map[string][]statement.Term{
		"kind": statement.Kinds(), "exploitation": statement.Exploitations(),
		"audience": statement.Audiences(), "status": statement.Statuses(),
	}[key]
	t, err := statement.FindTerm(terms, v)
	return t.Slug, t.Name, err
}

// countryCondition holds where the activity's places and those asked for share
// a country. "inside" and "outside" ask for the EU.
func countryCondition(p line.Pair) (condition, error) {
	var tests []func([]string) bool
	var names []string
	for _, v := range p.Values {
		switch word := strings.ToLower(v); word {
		case none:
			tests, names = append(tests, func(c []string) bool { return len(c) == 0 }), append(names, "with no place named")
		case "inside", "outside":
			tests = append(tests, func(c []string) bool {
				in, out := place.Sides(c)
				return word == "inside" && in || word == "outside" && out
			})
			names = append(names, word+" the EU")
		default:
			found, err := place.Find(v)
			if err != nil {
				return condition{}, err
			}
			tests = append(tests, func(c []string) bool { return place.Expand(c).Intersects(found.Set) })
			names = append(names, "in "+found.Name)
		}
	}
	if len(tests) == 0 {
		return condition{}, fault.New(fault.Invalid, "`country:` needs a value.").WithTry("RO")
	}
	return condition{words: orList(names), holds: func(a *store.Activity) bool {
		return slices.ContainsFunc(tests, func(t func([]string) bool) bool { return t(a.Countries) })
	}}, nil
}

// textCondition holds where a free text contains what was typed.
func textCondition(p line.Pair) condition {
	texts := map[string]func(*store.Activity) string{
		"plan":   func(a *store.Activity) string { return a.Plan },
		"others": func(a *store.Activity) string { return strings.Join(a.Others, "\n") },
		"link":   func(a *store.Activity) string { return strings.Join(a.Links, "\n") },
	}
	what := map[string]string{"plan": "work programme", "others": "partner outside the network", "link": "link"}[p.Key]
	text := texts[p.Key]
	switch strings.ToLower(p.Value) {
	case none:
		if p.Key == "plan" {
			return condition{words: "in no work programme", holds: func(a *store.Activity) bool { return a.Plan == "" }}
		}
		return condition{words: "without " + what, holds: func(a *store.Activity) bool { return text(a) == "" }}
	case "any":
		return condition{words: "with a " + what, holds: func(a *store.Activity) bool { return text(a) != "" }}
	}
	wanted := strings.ToLower(p.Value)
	return condition{words: "with “" + p.Value + "” as " + what, holds: func(a *store.Activity) bool {
		return strings.Contains(strings.ToLower(text(a)), wanted)
	}}
}
