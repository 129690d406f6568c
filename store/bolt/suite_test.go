package bolt_test

import (
	"path/filepath"
	"testing"

	"thbot/store"
	"thbot/store/storetest"
)

func TestSuite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Driver { return open(t, filepath.Join(t.TempDir(), "x.db")) })
}
