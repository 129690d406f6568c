package statement_test

import (
	"testing"

	"thbot/store/statement"
)

func TestBuiltin(t *testing.T) {
	c := statement.Builtin()
	if len(c.Agencies) != 10 || len(c.Commitments) != 11 {
		t.Fatalf("%d agencies and %d commitments, want 10 and 11", len(c.Agencies), len(c.Commitments))
	}
}
