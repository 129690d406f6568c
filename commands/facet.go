package commands

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"thbot/commands/admit"
	"thbot/commands/line"
	"thbot/commands/when"
	"thbot/store"
	"thbot/store/fault"
	"thbot/store/statement"
	"thbot/store/statement/place"
)

// facetKeys are the keys of record, check and update, and with title and
// description those of edit.
var facetKeys = []string{
	"commitment", "kind", "exploitation", "audience", "country", "status", "with", "others",
	"plan", "tlp", "follows", "link", "when", "from", "to", "agency",
}

// manyKeys are those that may be given more than once.
var manyKeys = []string{"commitment", "exploitation", "audience", "country", "with", "others", "follows", "link"}

// none is the value that empties a facet.
const none = "none"

// setter writes one key's value into an activity and names the fields it sets.
type setter func(s *setting, a *store.Activity, p line.Pair) ([]string, error)

// setting is what setters need beside the activity.
type setting struct {
	*Commands
	now    time.Time
	exists func(activity int) bool
}

// setters has one for each facet key but agency, which only record knows.
func setters() map[string]setter {
	return map[string]setter{
		"commitment":   setCommitments,
		"kind":         setKind,
		"exploitation": setExploitation,
		"audience":     setAudience,
		"country":      setCountries,
		"status":       setStatus,
		"with":         setPartners,
		"others":       setOthers,
		"plan":         setPlan,
		"tlp":          setTLP,
		"follows":      setFollows,
		"link":         setLinks,
		"when":         setWhen,
		"from":         setFrom,
		"to":           setTo,
	}
}

// apply writes the line's pairs into the activity. It gives the names of the
// fields that were set, whether or not they differ. A fault's Try is the line
// with the value that works in its place.
func (k *call) apply(v *store.View, a *store.Activity, l line.Line) ([]string, error) {
	s := &setting{k.Commands, k.now, func(id int) bool { b := v.Activity(id); return b != nil && b.Live() }}
	all := setters()
	var fields []string
	for _, p := range l.Pairs {
		set, ok := all[p.Key]
		if !ok {
			continue
		}
		set1, err := set(s, a, p)
		if err != nil {
			return nil, k.inLine(l, p.Key, err)
		}
		fields = append(fields, set1...)
	}
	if err := a.Period().Check(); err != nil {
		return nil, k.inLine(l, firstGiven(l, "to", "from", "when"), backwards(l, a, err))
	}
	a.Settle(fields...)
	return fields, nil
}

// backwards gives a fault about an end before its start a value that works for
// the key that was typed.
func backwards(l line.Line, a *store.Activity, err error) error {
	return fault.Amend(err, func(f *fault.Error) {
		if _, given := l.Get("to"); given {
			f.Try = string(a.From)
		} else if _, given := l.Get("from"); given {
			f.Try = string(a.To)
		}
	})
}

// firstGiven gives the first of the keys that the line has.
func firstGiven(l line.Line, keys ...string) string {
	for _, key := range keys {
		if _, given := l.Get(key); given {
			return key
		}
	}
	return keys[0]
}

// inLine turns a fault about a value into one about the line that was typed.
func (k *call) inLine(l line.Line, key string, err error) error {
	return fault.Amend(err, func(f *fault.Error) {
		f.Field = key
		notSaved(f)
		if f.Try != "" {
			f.Try = "/thb " + k.typedWith(strings.TrimSpace(k.id+" "+l.With(key, f.Try)))
		} else {
			f.Back = k.rest
		}
	})
}

// notSaved has a fault say that nothing was saved, unless it says so.
func notSaved(f *fault.Error) {
	if !strings.Contains(f.What, "Nothing was") {
		f.What += " Nothing was saved."
	}
}

// typedWith puts the subcommand before the rest of a line.
func (k *call) typedWith(rest string) string {
	if k.sub == nil {
		return rest
	}
	return strings.TrimSpace(k.sub.Name + " " + rest)
}

func isNone(p line.Pair) bool { return strings.EqualFold(strings.TrimSpace(p.Value), none) }

func setCommitments(s *setting, a *store.Activity, p line.Pair) ([]string, error) {
	a.Commitments = nil
	return []string{"commitments"}, each(p, func(v string) error {
		c, err := s.catalogue.FindCommitment(v)
		a.Commitments = addOnce(a.Commitments, c.Slug)
		return err
	})
}

func setKind(_ *setting, a *store.Activity, p line.Pair) ([]string, error) {
	return []string{"kind"}, oneTerm(&a.Kind, statement.Kinds(), p)
}

func setStatus(_ *setting, a *store.Activity, p line.Pair) ([]string, error) {
	return []string{"status"}, oneTerm(&a.Status, statement.Statuses(), p)
}

func setExploitation(_ *setting, a *store.Activity, p line.Pair) ([]string, error) {
	return []string{"exploitation"}, manyTerms(&a.Exploitation, statement.Exploitations(), p)
}

func setAudience(_ *setting, a *store.Activity, p line.Pair) ([]string, error) {
	return []string{"audience"}, manyTerms(&a.Audience, statement.Audiences(), p)
}

func oneTerm(into *string, terms []statement.Term, p line.Pair) error {
	*into = ""
	if isNone(p) {
		return nil
	}
	t, err := statement.FindTerm(terms, p.Value)
	*into = t.Slug
	return err
}

func manyTerms(into *[]string, terms []statement.Term, p line.Pair) error {
	*into = nil
	return each(p, func(v string) error {
		t, err := statement.FindTerm(terms, v)
		*into = addOnce(*into, t.Slug)
		return err
	})
}

// setCountries keeps what was typed; package place expands it where needed.
func setCountries(_ *setting, a *store.Activity, p line.Pair) ([]string, error) {
	a.Countries = nil
	return []string{"countries"}, each(p, func(v string) error {
		_, err := place.Find(v)
		a.Countries = addOnce(a.Countries, v)
		return err
	})
}

// setPartners names agencies as partners; one that has answered keeps its
// answer.
func setPartners(s *setting, a *store.Activity, p line.Pair) ([]string, error) {
	before := a.Partners
	a.Partners = nil
	return []string{"partners"}, each(p, func(v string) error {
		agency, err := s.catalogue.FindAgency(v)
		if err != nil {
			return err
		}
		if agency.Slug == a.Agency {
			return fault.New(fault.Invalid, "%s is the agency that does this; `with:` is for the others.", agency.Short)
		}
		if a.PartnerState(agency.Slug) != "" {
			return nil
		}
		partner := store.Partner{Agency: agency.Slug, State: store.Named, At: s.now.UTC()}
		for _, known := range before {
			if known.Agency == agency.Slug && known.State != store.Declined {
				partner = known
			}
		}
		a.Partners = append(a.Partners, partner)
		return nil
	})
}

func setOthers(_ *setting, a *store.Activity, p line.Pair) ([]string, error) {
	a.Others = nil
	return []string{"others"}, each(p, func(v string) error {
		v, err := admit.Admit(v)
		a.Others = addOnce(a.Others, v)
		return err
	})
}

func setPlan(_ *setting, a *store.Activity, p line.Pair) (fields []string, err error) {
	a.Plan = ""
	if !isNone(p) {
		a.Plan, err = admit.Admit(p.Value)
	}
	return []string{"plan"}, err
}

func setTLP(_ *setting, a *store.Activity, p line.Pair) ([]string, error) {
	t, err := statement.FindTLP(p.Value)
	a.TLP = t.Slug
	return []string{"tlp"}, err
}

func setFollows(s *setting, a *store.Activity, p line.Pair) ([]string, error) {
	a.Follows = nil
	return []string{"follows"}, each(p, func(v string) error {
		letter, id, ok := store.ParseRef(v, 'A')
		if !ok || letter != 'A' || !s.exists(id) || id == a.ID {
			return fault.New(fault.NotFound, "`follows:` takes an earlier activity; I know no %s that it could follow.", v)
		}
		if !slices.Contains(a.Follows, id) {
			a.Follows = append(a.Follows, id)
		}
		return nil
	})
}

func setLinks(_ *setting, a *store.Activity, p line.Pair) ([]string, error) {
	a.Links = nil
	return []string{"links"}, each(p, func(v string) error {
		u, err := url.Parse(v)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return fault.New(fault.Invalid, "`link:` takes a web address that begins with https://; I could not read %s.", v)
		}
		if v, err = admit.Admit(v); err != nil {
			return err
		}
		a.Links = addOnce(a.Links, v)
		return nil
	})
}

func setWhen(s *setting, a *store.Activity, p line.Pair) ([]string, error) {
	a.From, a.To = "", ""
	if isNone(p) {
		return []string{"from", "to"}, nil
	}
	period, err := when.Parse(p.Value, s.now)
	a.From, a.To = period.From, period.To
	return []string{"from", "to"}, err
}

func setFrom(s *setting, a *store.Activity, p line.Pair) (fields []string, err error) {
	a.From = ""
	if !isNone(p) {
		a.From, err = when.From(p.Value, s.now)
	}
	return []string{"from"}, err
}

func setTo(s *setting, a *store.Activity, p line.Pair) (fields []string, err error) {
	a.To = ""
	if !isNone(p) {
		a.To, err = when.To(p.Value, s.now)
	}
	return []string{"to"}, err
}

// each gives the pair's values one by one; "none" gives none.
func each(p line.Pair, f func(string) error) error {
	if isNone(p) {
		return nil
	}
	for _, v := range p.Values {
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

func addOnce(list []string, v string) []string {
	if v == "" || slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}
