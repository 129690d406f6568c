package main

import (
	"database/sql"
	"strings"
	"unicode"

	"github.com/blevesearch/bleve/v2"
	_ "modernc.org/sqlite"

	"thbot/commands/overlap"
)

// fts5 is SQLite's full-text index with its bm25, through a driver in Go.
func fts5() (subject, error) {
	var db *sql.DB
	var ask *sql.Stmt
	return subject{name: "SQLite FTS5 bm25", elsewhere: true, build: func(all []overlap.Work) error {
		var err error
		if db, err = sql.Open("sqlite", ":memory:"); err != nil {
			return err
		}
		db.SetMaxOpenConns(1)
		if _, err = db.Exec(`CREATE VIRTUAL TABLE activity USING fts5(title, description, tokenize = 'porter')`); err != nil {
			return err
		}
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		put, err := tx.Prepare(`INSERT INTO activity(rowid, title, description) VALUES (?, ?, ?)`)
		if err != nil {
			return err
		}
		for _, w := range all {
			if _, err := put.Exec(w.ID, w.Title, w.Description); err != nil {
				return err
			}
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		ask, err = db.Prepare(`SELECT rowid, rank FROM activity WHERE activity MATCH ? ORDER BY rank LIMIT 10`)
		return err
	}, checks: []check{{"", often, nil, func(w overlap.Work) error {
		words := strings.FieldsFunc(w.Title+" "+w.Description, func(r rune) bool { return !unicode.IsLetter(r) })
		rows, err := ask.Query(`"` + strings.Join(words, `" OR "`) + `"`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int
			var rank float64
			if err := rows.Scan(&id, &rank); err != nil {
				return err
			}
		}
		return rows.Err()
	}}}, close: func() error { return db.Close() }}, nil
}

// blevesearch is bleve with its English analysis, in memory.
func blevesearch() (subject, error) {
	var index bleve.Index
	type doc struct{ Text string }
	return subject{name: "bleve", build: func(all []overlap.Work) error {
		mapping := bleve.NewIndexMapping()
		mapping.DefaultAnalyzer = "en"
		var err error
		if index, err = bleve.NewMemOnly(mapping); err != nil {
			return err
		}
		batch := index.NewBatch()
		for i, w := range all {
			if err := batch.Index(store(w.ID), doc{w.Title + " " + w.Description}); err != nil {
				return err
			}
			if batch.Size() == 1000 || i == len(all)-1 {
				if err := index.Batch(batch); err != nil {
					return err
				}
				batch.Reset()
			}
		}
		return nil
	}, checks: []check{{"", often, nil, func(w overlap.Work) error {
		q := bleve.NewMatchQuery(w.Title + " " + w.Description)
		_, err := index.Search(bleve.NewSearchRequestOptions(q, best, 0, false))
		return err
	}}}, close: func() error { return index.Close() }}, nil
}

func store(id int) string {
	const digits = "0123456789abcdef"
	var b []byte
	for ; id > 0; id >>= 4 {
		b = append(b, digits[id&15])
	}
	return string(b)
}
