package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"thbot/store"
)

// model is what a register should hold, kept in the simplest way.
type model struct {
	*register
	titles  []string // by id-1
	gone    []bool
	erased  []bool
	notes   []int
	history []step
	entries int64
}

// step is one edit that could be undone.
type step struct {
	group    int64
	id       int
	old, new string
	undone   bool
}

// testRandom runs random operations against the model.
func testRandom(t *testing.T, open func(*testing.T) store.Driver) {
	d := open(t)
	rapid.Check(t, func(rt *rapid.T) {
		clear := kept{}
		for _, k := range store.Kinds() {
			clear[k] = nil
		}
		putBack(t, d, clear)
		m := &model{register: begin(rt, keepOpen{d})}
		rt.Repeat(map[string]func(*rapid.T){
			"record": m.addOne, "edit": m.editOne, "fail": m.fail, "note": m.noteOne,
			"undo": m.undoOne, "redact": m.redactOne, "reopen": func(*rapid.T) { m.Store = begin(rt, keepOpen{d}).Store },
			"": m.check,
		})
		m.whole()
	})
}

func text() *rapid.Generator[string] { return rapid.StringMatching(`[a-zé"<\\]{1,6}`) }

func (m *model) pick(t *rapid.T) int {
	if len(m.titles) == 0 {
		t.Skip("no record yet")
	}
	return rapid.IntRange(1, len(m.titles)).Draw(t, "id")
}

func (m *model) addOne(t *rapid.T) {
	title := text().Draw(t, "title")
	if id := m.record("cepol", title); id != len(m.titles)+1 {
		t.Fatalf("A%d follows A%d", id, len(m.titles))
	}
	m.titles, m.gone, m.erased, m.notes = append(m.titles, title), append(m.gone, false), append(m.erased, false), append(m.notes, 0)
}

func (m *model) editOne(t *rapid.T) {
	id, title := m.pick(t), text().Draw(t, "title")
	if m.erased[id-1] {
		t.Skip("erased")
	}
	group := m.edit("P1", id, func(a *store.Activity) { a.Title = title })
	if old := m.titles[id-1]; old != title {
		m.history = append(m.history, step{group, id, old, title, false})
	}
	m.titles[id-1] = title
}

func (m *model) fail(t *rapid.T) {
	title, mine := text().Draw(t, "title"), errors.New("mine")
	_, err := m.try("P1", "edit", func(c *store.Change) error {
		err := c.AddActivity(&store.Activity{Agency: "fra", Title: title})
		for a := range c.Activities() {
			a = a.Clone()
			a.Plan = title
			err = errors.Join(err, c.PutActivity(a))
		}
		return errors.Join(err, mine)
	})
	if !errors.Is(err, mine) {
		t.Fatal(err)
	}
}

func (m *model) noteOne(t *rapid.T) {
	id := m.pick(t)
	m.do("P2", "update", func(c *store.Change) error {
		a := c.Activity(id).Clone()
		_, err := c.AddNote(a, text().Draw(t, "note"))
		return errors.Join(err, c.PutActivity(a))
	})
	m.notes[id-1]++
}

// undoOne undoes an edit, which works if and only if the title stands as the
// edit left it and nothing was erased.
func (m *model) undoOne(t *rapid.T) {
	if len(m.history) == 0 {
		t.Skip("nothing to undo")
	}
	s := &m.history[rapid.IntRange(0, len(m.history)-1).Draw(t, "step")]
	works := m.titles[s.id-1] == s.new && !m.erased[s.id-1]
	err := m.undo("P1", s.group)
	if works != (err == nil) {
		t.Fatalf("undo of %+v with title %q: %v", *s, m.titles[s.id-1], err)
	}
	if works {
		m.titles[s.id-1] = s.old
	}
}

func (m *model) redactOne(t *rapid.T) {
	id := m.pick(t)
	if rapid.IntRange(0, 3).Draw(t, "often") > 0 {
		t.Skip("seldom")
	}
	m.do("P1", "redact", func(c *store.Change) error { return c.RedactActivity(id) })
	m.titles[id-1], m.gone[id-1], m.erased[id-1], m.notes[id-1] = "", true, true, 0
}

func (m *model) check(t *rapid.T) {
	m.view(func(v *store.View) error {
		all := slices.Collect(v.Activities())
		if len(all) != len(m.titles) {
			return fmt.Errorf("%d records, the model has %d", len(all), len(m.titles))
		}
		for i, a := range all {
			notes, err := v.Notes(a.ID)
			if err != nil {
				return err
			}
			if a.ID != i+1 || a.Title != m.titles[i] || a.Live() == m.gone[i] || len(notes) != m.notes[i] {
				return fmt.Errorf("%+v with %d notes, the model has %q, gone %v, %d notes", a, len(notes), m.titles[i], m.gone[i], m.notes[i])
			}
		}
		head, err := v.Head()
		if head.Seq < m.entries {
			return fmt.Errorf("the journal went back from %d to %d", m.entries, head.Seq)
		}
		m.entries = head.Seq
		return err
	})
}
