package crashtest

import (
	"fmt"
	"slices"
	"strings"

	"thbot/store"
)

// checkDone says what was acknowledged and is not recorded once, or what else
// the people have done than the trial says.
func (r *running) checkDone(v *store.View) (wrong []string, err error) {
	if r.Done == nil {
		return r.checkTitles(v), nil
	}
	var done []string
	for i, name := range Names {
		first := len(done)
		err := v.ChangesBy(store.PersonRef(i+1), func(p store.Past) bool {
			done = append(done, fmt.Sprintf("%s: %s %s", name, p.Op, p.Record))
			return true
		})
		if err != nil {
			return nil, err
		}
		slices.Reverse(done[first:]) // the oldest first
	}
	if !slices.Equal(done, r.Done) {
		wrong = append(wrong, fmt.Sprintf("done is\n%s\ninstead of\n%s", strings.Join(done, "\n"), strings.Join(r.Done, "\n")))
	}
	return wrong, nil
}

// checkTitles holds that each activity that was typed is recorded once.
func (r *running) checkTitles(v *store.View) (wrong []string) {
	titles := map[string]int{}
	for a := range v.Live() {
		titles[a.Title]++
	}
	for _, step := range r.Steps {
		if title, ok := strings.CutPrefix(step.Text, "record "); ok && titles[title] != 1 {
			wrong = append(wrong, fmt.Sprintf("%q was acknowledged and is recorded %d times", title, titles[title]))
		}
	}
	return wrong
}
