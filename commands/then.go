package commands

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"thbot/store"
)

// past is what became of an activity since a time.
type past struct {
	was    *store.Activity // as it stood then; nil where it was not recorded yet
	fields []string        // what has changed since, by field
}

// pastOf takes an activity back to a time by the journal. Where the journal's
// text was erased meanwhile, the present stands in.
func pastOf(v *store.View, a *store.Activity, since time.Time) (past, error) {
	if a.RecordedAt.After(since) {
		return past{}, nil
	}
	if !touchedSince(a, since) {
		return past{was: a}, nil
	}
	doc := map[string]json.RawMessage{}
	b, err := json.Marshal(a)
	if err == nil {
		err = json.Unmarshal(b, &doc)
	}
	if err != nil {
		return past{}, fmt.Errorf("take %s back: %w", store.ActivityRef(a.ID), err)
	}
	changed := map[string]bool{}
	ref := store.ActivityRef(a.ID)
	isNew := false
	err = v.History(ref, func(p store.Past) bool {
		if !p.At.After(since) {
			return false
		}
		if p.Record != ref {
			return true // a note; the activity counts it itself
		}
		isNew = isNew || p.New
		for _, f := range p.Fields {
			changed[f.Name] = true
		}
		for name, value := range p.Side.Fields {
			if len(value.Old) == 0 || string(value.Old) == "null" {
				delete(doc, name)
			} else {
				doc[name] = value.Old
			}
		}
		return true
	})
	if err != nil || isNew {
		return past{}, err
	}
	was := new(store.Activity)
	if b, err = json.Marshal(doc); err == nil {
		err = json.Unmarshal(b, was)
	}
	if err != nil {
		return past{}, fmt.Errorf("take %s back: %w", ref, err)
	}
	return past{was, slices.Sorted(maps.Keys(changed))}, nil
}

// touchedSince tells whether the journal may have an entry on the activity
// after the time.
func touchedSince(a *store.Activity, since time.Time) bool {
	if a.TouchedAt().After(since) || a.RedactedAt.After(since) || a.Withdrawn != nil && a.Withdrawn.At.After(since) {
		return true
	}
	return slices.ContainsFunc(a.Partners, func(p store.Partner) bool { return p.At.After(since) })
}

// activitiesThen gives the activities as they stood, from what became of them.
func activitiesThen(all []past) iter.Seq[*store.Activity] {
	return func(yield func(*store.Activity) bool) {
		for _, p := range all {
			if p.was != nil && !yield(p.was) {
				return
			}
		}
	}
}
