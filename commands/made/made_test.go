package made

import (
	"reflect"
	"testing"
)

func TestRows(t *testing.T) {
	rows := Rows(2000, 7)
	if !reflect.DeepEqual(rows[:500], Rows(500, 7)) {
		t.Error("the same seed made another register")
	}
	titles := map[string]bool{}
	for _, r := range rows {
		titles[r.Title] = true
		if n := len([]rune(r.Title)); n == 0 || n > 200 {
			t.Errorf("%s: a title of %d characters", r.ID, n)
		}
	}
	if len(titles) < len(rows)*9/10 {
		t.Errorf("%d titles for %d activities", len(titles), len(rows))
	}
}
