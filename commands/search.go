package commands

import (
	"slices"
	"strings"

	"thbot/commands/search"
	"thbot/store"
	"thbot/store/fault"
	"thbot/store/statement"
)

// snippetLength is about how many bytes of a text a result shows.
const snippetLength = 140

func searchCommand() subcommand {
	return subcommand{
		Name: "search", Also: []string{"find"},
		Brief:   "find activities by their words",
		Usage:   []string{"search WORDS", `search "words in this order"`},
		Example: "/thb search labour inspectors Romania",
		Run:     func(k *call) (Reply, error) { return k.search(page{Asked: k.rest}) },
		Actions: map[string]func(*call, Press) (Reply, error){
			"search.page": func(k *call, p Press) (Reply, error) {
				to, err := k.pageOf(p)
				if err != nil {
					return Reply{}, err
				}
				reply, err := k.search(to)
				reply.Replace = true
				return reply, err
			},
		},
		Forms: map[string]func(*call, Submission) (Reply, error){
			"search": func(k *call, s Submission) (Reply, error) { return k.search(page{Asked: s.Values["words"]}) },
		},
	}
}

// search shows one page of what was found, the best first.
func (k *call) search(at page) (Reply, error) {
	at.Asked = strings.TrimSpace(at.Asked)
	q := search.Parse(at.Asked, k.agencyWord)
	if q.Empty() {
		return k.askWords(at.Asked)
	}
	if letter, _, ok := store.ParseRef(at.Asked, 0); ok && letter != 'N' {
		return k.show(at.Asked)
	}
	var m *Message
	total := 0
	err := k.view(func(v *store.View) error {
		notes, err := everyNote(v)
		if err != nil {
			return err
		}
		hits := k.find(v, q, at.Asked, notes)
		some := len(hits) > 0 && !hits[0].All
		if !some {
			hits = slices.DeleteFunc(hits, func(h search.Hit) bool { return !h.All })
		}
		total = len(hits)
		at.From = max(0, min(at.From, (total-1)/perPage*perPage))
		shown := hits[at.From:min(at.From+perPage, total)]
		m = k.foundHead(q, total, some)
		var lines []Line
		for _, h := range shown {
			a := v.Activity(h.ID)
			lines = append(lines, k.foundLine(a, q, notes[a.ID]))
		}
		m.Items(lines...).Aside(pageWords(at.From, len(shown), total))
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	buttons, err := k.pageButtons(at, total)
	return Reply{Message: m.Next(buttons...)}, err
}

// askWords asks what to look for.
func (k *call) askWords(typed string) (Reply, error) {
	if typed != "" || !k.req.Surface.Forms {
		return Reply{}, fault.New(fault.Invalid, "What should I look for? Some words will do.").WithTry("/thb search labour inspectors Romania")
	}
	return Reply{Form: &Form{Name: "search", Title: "Search", Submit: "Search", Fields: []Field{
		{Name: "words", Label: "Words", Hint: `Such as labour inspectors Romania`, Type: FieldText},
	}}}, nil
}

// agencyWord gives the agency of which a word is a name, today's or an older
// one. Unlike elsewhere a slip is not forgiven: most words are no names.
func (k *call) agencyWord(word string) string {
	i := slices.IndexFunc(k.catalogue.Agencies, func(a statement.Agency) bool {
		return strings.EqualFold(a.Slug, word) || strings.EqualFold(a.Short, word) ||
			slices.ContainsFunc(a.Aliases, func(s string) bool { return strings.EqualFold(s, word) })
	})
	if i < 0 {
		return ""
	}
	return k.catalogue.Agencies[i].Slug
}

// everyNote gives the texts of all notes that stand, by activity.
func everyNote(v *store.View) (map[int][]string, error) {
	notes := map[int][]string{}
	err := v.EveryNote(func(n *store.Note) bool {
		notes[n.Activity] = append(notes[n.Activity], n.Text)
		return true
	})
	return notes, err
}

// find looks through every activity that stands. One whose id was typed among
// the words comes first.
func (k *call) find(v *store.View, q *search.Query, typed string, notes map[int][]string) []search.Hit {
	scan := q.Scan()
	for a := range v.Live() {
		t := search.Text{ID: a.ID, Title: a.Title, Body: bodyOf(a, notes[a.ID]), Agencies: append([]string{a.Agency}, a.With()...)}
		scan.Add(&t)
	}
	hits := scan.Ranked()
	for word := range strings.FieldsSeq(typed) {
		letter, id, ok := store.ParseRef(word, 0)
		if a := v.Activity(id); ok && letter == 'A' && a != nil && a.Live() {
			hits = slices.DeleteFunc(hits, func(h search.Hit) bool { return h.ID == id })
			hits = slices.Insert(hits, 0, search.Hit{ID: id, All: len(hits) > 0 && hits[0].All})
		}
	}
	return hits
}

// bodyOf gives an activity's texts but for the title.
func bodyOf(a *store.Activity, notes []string) []string {
	body := make([]string, 0, 3+len(notes))
	body = append(body, a.Description)
	body = append(body, notes...)
	body = append(body, a.Others...)
	return append(body, a.Plan)
}

func (k *call) foundHead(q *search.Query, total int, some bool) *Message {
	words := Words(strings.Join(q.Words(), " "))
	switch {
	case total == 0:
		return Tell(Say("I found nothing with %s. Fewer words, or other ones, may help; `/thb list` shows everything.", words))
	case some:
		return Tell(Say("No activity has all of *%s*. **%s** some of it:", words, countHave(total)))
	}
	return Tell(Say("**%s** *%s*:", countHave(total), words))
}

func countHave(n int) string {
	if n == 1 {
		return "1 activity has"
	}
	return itoa(n) + " activities have"
}

// foundLine is an activity with the place in its texts where a word stands.
func (k *call) foundLine(a *store.Activity, q *search.Query, notes []string) Line {
	l := k.named(a, k.today)
	snippet := q.Snippet(bodyOf(a, notes), snippetLength)
	if len(snippet) == 0 {
		return l
	}
	l = append(l, Span{Text: ": "})
	for _, p := range snippet {
		s := Span{Text: p.Text, People: true}
		if p.Found {
			s.Style = Strong
		}
		l = append(l, s)
	}
	return l
}
