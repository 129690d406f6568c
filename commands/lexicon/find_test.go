package lexicon

import "testing"

func TestBuiltinReads(t *testing.T) {
	t.Log(len(Builtin().Concepts()))
	for _, h := range Builtin().Find("Training for labour inspectors on human trafficking, Schulung für Arbeitsinspektoren") {
		t.Log(h.Concept.ID, h.Text, h.Lang)
	}
}
