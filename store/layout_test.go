package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"path/filepath"
	"reflect"
	"testing"

	bbolt "go.etcd.io/bbolt"

	"thbot/store/fault"
)

// fileTx is a transaction on a bbolt file, without the driver, which imports
// this package.
type fileTx struct{ b *bbolt.Tx }

func (t fileTx) bucket(k Kind) *bbolt.Bucket {
	b, err := t.b.CreateBucketIfNotExists([]byte(k))
	if err != nil {
		panic(err)
	}
	return b
}

func (t fileTx) Get(k Kind, key string) ([]byte, error) { return t.bucket(k).Get([]byte(key)), nil }
func (t fileTx) Put(k Kind, key string, v []byte) error { return t.bucket(k).Put([]byte(key), v) }
func (t fileTx) Delete(k Kind, key string) error        { return t.bucket(k).Delete([]byte(key)) }
func (t fileTx) Scan(k Kind, from, to string, f func(string, []byte) (bool, error)) error {
	c := t.bucket(k).Cursor()
	for key, v := c.Seek([]byte(from)); key != nil && (to == "" || string(key) < to); key, v = c.Next() {
		if more, err := f(string(key), v); err != nil || !more {
			return err
		}
	}
	return nil
}

func onFile(t *testing.T, f func(Tx) error) error {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "x.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	return db.Update(func(tx *bbolt.Tx) error { return f(fileTx{tx}) })
}

// TestMigrate takes an artificial layout -1, whose titles were called names,
// by two steps to layout 1.
func TestMigrate(t *testing.T) {
	rename := func(tx Tx) error {
		docs := map[string][]byte{}
		err := tx.Scan(KindActivity, "", "", func(key string, b []byte) (bool, error) {
			docs[key] = bytes.Replace(b, []byte(`"name"`), []byte(`"title"`), 1)
			return true, nil
		})
		for key, doc := range docs {
			err = errors.Join(err, tx.Put(KindActivity, key, doc))
		}
		return err
	}
	count := func(tx Tx) error { return putJSON(tx, KindMeta, metaCounters, map[string]int{"activity": 1}) }
	err := onFile(t, func(tx Tx) error {
		putJSON(tx, KindMeta, metaLayout, map[string]int{"version": -1})
		tx.Put(KindActivity, idKey(1), []byte(`{"id":1,"name":"one"}`))
		if err := migrate(tx, -1, 1, map[int]func(Tx) error{-1: rename, 0: count}); err != nil {
			return err
		}
		var a Activity
		var layout map[string]int
		_, err := getJSON(tx, KindActivity, idKey(1), &a)
		_, lerr := getJSON(tx, KindMeta, metaLayout, &layout)
		if a.Title != "one" || layout["version"] != 1 {
			t.Errorf("migrated to %+v, layout %v", a, layout)
		}
		return errors.Join(err, lerr)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := onFile(t, func(tx Tx) error { return migrate(tx, 0, 1, nil) }); !fault.Is(err, fault.Damaged) {
		t.Errorf("a layout nobody knows: %v", err)
	}
	mine := errors.New("mine")
	if err := onFile(t, func(tx Tx) error {
		return migrate(tx, 0, 1, map[int]func(Tx) error{0: func(Tx) error { return mine }})
	}); !errors.Is(err, mine) {
		t.Errorf("a step that fails: %v", err)
	}
}

func TestAfter(t *testing.T) {
	for prefix, want := range map[string]string{
		"": "", "a": "b", "a/": "a0", "é": "\xc3\xaa", "a\xff": "b", "\xff\xff": "", "\x7f": "\x80", "z\x80": "z\x81",
	} {
		if got := after(prefix); got != want {
			t.Errorf("after %q: %q, want %q", prefix, got, want)
		}
	}
}

func TestKeys(t *testing.T) {
	for _, seq := range []int64{1, 9, 10, 1<<40 + 7} {
		if got := trailSeq(trailKey("by:P1", seq)); got != seq {
			t.Errorf("%d comes back as %d", seq, got)
		}
	}
	if seqKey(math.MaxInt64) <= seqKey(1) || len(seqKey(1)) != 19 || idKey(17) != "0000000017" || noteKey(3, 4) != "0000000003/000004" {
		t.Errorf("keys %s %s %s", seqKey(1), idKey(17), noteKey(3, 4))
	}
	for _, ref := range []string{"A17", "A17/3", "P1", "O5", "M2", "N9"} {
		kind, key, ok := where(ref)
		if !ok || refOf(kind, key) != ref {
			t.Errorf("%s comes back as %s", ref, refOf(kind, key))
		}
	}
}

// TestSideIsJSON holds that the side record written by hand is what
// encoding/json reads and would write.
func TestSideIsJSON(t *testing.T) {
	changes := []change{
		{"a", SideValue{New: json.RawMessage(`"x"`)}}, {"b", SideValue{Old: json.RawMessage(`[1]`)}},
		{"c", SideValue{Old: json.RawMessage(`1`), New: json.RawMessage(`{"y":2}`)}},
	}
	b := encodeSide("seed", changes)
	var side Side
	if err := json.Unmarshal(b, &side); err != nil {
		t.Fatal(err)
	}
	again, _ := json.Marshal(side)
	if !bytes.Equal(again, b) {
		t.Errorf("by hand %s\nby encoding/json %s", b, again)
	}
	seed, values, ok := decodeSide(b)
	if !ok || seed != "seed" || len(values) != 3 || string(values[2].Old) != "1" {
		t.Errorf("read back: %q %v", seed, values)
	}
}

// FuzzFieldsOf compares the quick way through an object with encoding/json.
func FuzzFieldsOf(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1}`, ` { "a" : [1,{"b":"}"}] , "c":"\"," } `, `{"a":}`, `{"a":1,}`, `{"a"`, `[`, `{"a":"\\"}`, `{"a":1}}`, `{"a":{"b":[]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		got, err := fieldsOf(doc) // must not panic, whatever it is given
		var want map[string]json.RawMessage
		if json.Unmarshal(doc, &want) != nil || want == nil || err != nil && bytes.ContainsRune(doc, '\\') {
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", doc, err)
		}
		found := map[string]json.RawMessage{}
		for _, f := range got {
			found[f.name] = f.value
		}
		for name, value := range want {
			if v, ok := found[name]; utf8Valid(doc) && (!ok || !bytes.Equal(v, value)) {
				t.Errorf("%q: %s is %q, want %q", doc, name, v, value)
			}
		}
	})
}

func utf8Valid(b []byte) bool { return bytes.Equal(bytes.ToValidUTF8(b, nil), b) }

// everyField is an activity in which no field is empty.
const everyField = `{"id":7,"revision":3,"agency":"fra","title":"é \u003cb\u003e \"q\"","description":"two\nlines","commitments":["training","identification"],
"kind":"training","exploitation":["sexual"],"audience":["police \u0026 co","x"],"countries":["RO"],"from":"2027","to":"2027-Q4","status":"planned",
"partners":[{"agency":"cepol","state":"named","at":"2026-11-23T12:00:00Z"}],"others":["a","b"],"plan":"SPD","tlp":"CLEAR","follows":[1,2],"links":["https://x"],
"guessed":[{"field":"kind","evidence":"course"}],"source":"s","source_id":"D1","recorded_at":"2026-11-23T12:00:00.5+01:00","recorded_by":"P1",
"changed_at":"2026-11-23T12:00:00Z","confirmed_at":"2026-11-24T12:00:00Z","chat_fields":["title"],"withdrawn":{"at":"2026-11-23T12:00:00Z","by":"P1"},
"part_of":1,"redacted_at":"2026-11-23T12:00:00Z","note_count":4,"flag_revision":2}`

// TestDecodeEveryField holds that the quick way knows every field.
func TestDecodeEveryField(t *testing.T) {
	var quick, slow Activity
	if err := eachField([]byte(everyField), func(name, value []byte) error { return quick.decodeField(string(name), value) }); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(everyField), &slow); err != nil || !reflect.DeepEqual(quick, slow) {
		t.Errorf("quick %+v\nslow  %+v (%v)", quick, slow, err)
	}
	v := reflect.ValueOf(quick)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("the example leaves %s empty", v.Type().Field(i).Name)
		}
	}
}

// FuzzDecodeActivity compares the quick way with encoding/json.
func FuzzDecodeActivity(f *testing.F) {
	for _, seed := range []string{everyField, `{}`, `{"id":null}`, `{"links":[ "a" , "b"]}`, `{"links":[]}`, `{"links":null,"new":1}`, `{"TITLE":"x"}`, `{"title":1}`, `{"from":7}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var quick, slow Activity
		qerr := decodeActivity(doc, &quick)
		if !json.Valid(doc) {
			return
		}
		serr := json.Unmarshal(doc, &slow)
		if (qerr == nil) != (serr == nil) || serr == nil && !reflect.DeepEqual(quick, slow) {
			t.Errorf("%q\nquick %+v (%v)\nslow  %+v (%v)", doc, quick, qerr, slow, serr)
		}
	})
}
