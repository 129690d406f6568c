package commands

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"thbot/commands/when"
	"thbot/store"
	"thbot/store/statement"
	"thbot/store/statement/place"
)

// stray is a part of the text that somebody may have meant for a key: the word
// before the colon is that of another language, or there is a space behind it.
type stray struct {
	typed, key, value string
}

// shownStrays is how many of them a reply names.
const shownStrays = 3

// strays finds what was typed as a key that is none, where its value says which
// key it can be, and the activity does not say the same already. A colon alone
// is nothing: "Workshop: how to" and "16:30" are text in earnest.
func (k *call) strays(a *store.Activity) []stray {
	var all []stray
	for _, s := range k.stray {
		found, ok := k.strayOf(s.Word, s.Value)
		if s.Key != "" {
			found, ok = k.looseOf(s.Word, s.Key, s.Value)
		}
		twice := slices.ContainsFunc(all, func(s stray) bool { return s.key == found.key })
		if ok && !twice && !k.saysAlready(a, found) && len(all) < shownStrays {
			all = append(all, found)
		}
	}
	return all
}

// strayOf says which key a foreign word with a value can be.
func (k *call) strayOf(word, value string) (stray, bool) {
	bare := strings.TrimRight(value, ".,;!?)")
	key := k.keyFor(word, bare)
	return stray{word + ":" + value, key, bare}, key != ""
}

// looseOf takes as many of the words behind a key and a space as are a value of
// that key.
func (k *call) looseOf(word, key, rest string) (stray, bool) {
	rest, _, _ = strings.Cut(rest, ",")
	words := strings.Fields(rest)
	for n := min(4, len(words)); n > 0; n-- {
		value := strings.TrimRight(strings.Join(words[:n], " "), ".;!?)")
		found := k.keyFor(key, value)
		if found == key || found == "when" && (key == "from" || key == "to") {
			return stray{word + ": " + value, key, value}, true
		}
	}
	return stray{}, false
}

// fourDigits is what sets a date apart from other numbers: its year.
var fourDigits = regexp.MustCompile(`(^|\D)20\d\d(\D|$)`)

// keyFor gives the key whose value this can be, or nothing. A short value, such
// as a year or a country's code, counts after a word in small letters alone, as
// keys are typed: "land:IT", and not "Unit:IT" or "Agenda:2030".
func (k *call) keyFor(word, value string) string {
	short := utf8.RuneCountInString(value) <= 4
	abbreviated := utf8.RuneCountInString(word) > 1 && strings.ToUpper(word) == word && strings.ToLower(word) != word // SPD:2027-2029
	if value == "" || abbreviated || short && strings.ContainsFunc(word, unicode.IsUpper) {
		return ""
	}
	if _, err := when.Parse(value, k.now); err == nil && fourDigits.MatchString(value) {
		return dateKey(word)
	}
	return k.termKey(value)
}

// termKey gives the key of a value that has a name of its own.
func (k *call) termKey(value string) string {
	first := strings.TrimSpace(strings.Split(value, ",")[0])
	for _, kind := range []struct {
		key   string
		terms []statement.Term
	}{{"audience", statement.Audiences()}, {"status", statement.Statuses()}, {"kind", statement.Kinds()}, {"exploitation", statement.Exploitations()}} {
		if slices.ContainsFunc(kind.terms, func(t statement.Term) bool { return strings.EqualFold(t.Slug, first) }) {
			return kind.key
		}
	}
	if slices.ContainsFunc(k.catalogue.Commitments, func(c statement.Commitment) bool { return strings.EqualFold(c.Slug, first) }) {
		return "commitment"
	}
	if _, err := k.catalogue.FindAgency(first); err == nil {
		return "with"
	}
	code := utf8.RuneCountInString(first) > 2 || strings.ToUpper(first) == first
	if _, err := place.Find(first); err == nil && code {
		return "country"
	}
	return ""
}

// dateKey gives the key of a date after words for a start or an end, in the
// languages of the EU.
func dateKey(word string) string {
	word = strings.ToLower(word)
	switch {
	case slices.Contains(startWords, word):
		return "from"
	case slices.Contains(endWords, word):
		return "to"
	}
	return "when"
}

var (
	startWords = strings.Fields("from since start starts begin begins von ab seit beginn de du dès depuis début desde inicio início da dal dalla inizio van vanaf od från fra alates alkaen nuo no început din από απο έναρξη от начало start-date")
	endWords   = strings.Fields("to until till end ends bis ende à au jusque fin hasta a até fim al alla fine tot einde do kraj konec koniec til till slut kuni lõpp asti saakka līdz iki până sfârșit έως μέχρι λήξη до край ig vége end-date")
)

// saysAlready tells whether the activity says the same, by a key or a guess.
func (k *call) saysAlready(a *store.Activity, s stray) bool {
	in := func(list []string) bool {
		return slices.ContainsFunc(list, func(v string) bool { return strings.EqualFold(v, s.value) })
	}
	switch s.key {
	case "when", "from", "to":
		return a.From.Known() || a.To.Known()
	case "country":
		return in(a.Countries)
	case "audience":
		return in(a.Audience)
	case "exploitation":
		return in(a.Exploitation)
	case "commitment":
		return in(a.Commitments)
	case "kind":
		return a.Kind != ""
	case "status":
		return a.Status != ""
	case "with":
		agency, err := k.catalogue.FindAgency(s.value)
		return err == nil && (agency.Slug == a.Agency || a.PartnerState(agency.Slug) != "")
	}
	return false
}

// strayNames say what a key holds.
var strayNames = map[string]string{
	"when": "the period", "from": "the start", "to": "the end", "country": "the place", "audience": "the audience", "kind": "the kind of work",
	"exploitation": "the form of exploitation", "commitment": "the commitment", "status": "the status", "with": "a partner",
}

// strayLine says that it stayed text, and what would make it more; ref is the
// activity that it stands in, where there is one by now.
func (k *call) strayLine(strays []stray, ref string) Line {
	if len(strays) == 0 {
		return nil
	}
	typed, keys := make([]string, len(strays)), make([]string, len(strays))
	for i, s := range strays {
		typed[i], keys[i] = "‘"+s.typed+"’", s.key+":"+s.value
		if strings.ContainsFunc(s.value, unicode.IsSpace) {
			keys[i] = s.key + `:"` + s.value + `"`
		}
	}
	meant := "they are keys"
	if len(strays) == 1 {
		meant = "that is " + strayNames[strays[0].key]
	}
	line := Say("Kept as text: %s. If %s, ", Words(andList(typed)), meant)
	if ref == "" {
		return append(line, Say("write `%s`", Words(strings.Join(keys, " ")))...)
	}
	return append(line, Say("type `/thb edit %s %s`", ref, Words(strings.Join(keys, " ")))...)
}
