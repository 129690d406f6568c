package commands_test

import (
	"strings"
	"testing"

	"thbot/store"
)

// TestImportTellsAll holds that the one message of an import tells an agency of
// its possible duplicates, of the records that name it as partner, and of the
// questions between partners, and that it follows what is answered.
func TestImportTellsAll(t *testing.T) {
	d := open(t)
	joint := strings.Replace(alike, `"kind"`, `"partners":["eurofound","eige"],"kind"`, 1)
	third := strings.NewReplacer(`"1"`, `"3"`, "cepol", "frontex").Replace(strings.SplitAfter(alike, "\n")[0])
	c := d.conversation()
	c.b.WriteString(d.take(joint+third) + "\n")
	c.until("2026-11-24 12:00", "cepol", "eurofound", "eige", "frontex")
	c.says("eige", "partner A1 decline")
	c.says("eurofound", "partner A1 confirm")
	c.until("2026-11-24 12:00", "eurofound", "eige")
	c.golden("import-word")
	for _, kind := range []string{store.RowNamed, store.RowFlag} {
		if rows := d.rowsOf(kind); len(rows) != 0 {
			t.Errorf("told beside the one message: %v", rows)
		}
	}
}

// TestImportNamesNobodyTwice tells nobody of what was answered before the
// message was due, and nobody of what the register had already.
func TestImportNamesNobodyTwice(t *testing.T) {
	d := open(t)
	d.take(twoPlans)
	d.say("eige", "partner A1 confirm")
	if posts := to("eige", d.due(at(t, "2026-11-24 12:00"))); len(posts) != 0 {
		t.Errorf("told of what was answered:\n%s", posted(posts))
	}
	if said := d.take(strings.Replace(twoPlans, "2027-03", "2027-04", 1)); strings.Contains(said, "named") {
		t.Errorf("named again:\n%s", said)
	}
}
