package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"
)

// Program is the actor of the commands of the command line and of what thbot
// does by itself.
const Program = "program"

// Entry is one change of one record, as the journal keeps it for good. It
// holds no value: only the names of the changed fields and, for each, a digest
// under a salt of its own. The values lie in the side record.
type Entry struct {
	Seq    int64             `json:"seq"`
	Group  int64             `json:"group"` // the sequence of the first entry of the same transaction
	At     time.Time         `json:"at"`
	Actor  string            `json:"actor"` // P7 or Program
	Op     string            `json:"op"`    // the subcommand, such as record
	Record string            `json:"record"`
	New    bool              `json:"new,omitempty"` // the record was made by this entry
	Fields []FieldDigest     `json:"fields,omitempty"`
	Facts  map[string]string `json:"facts,omitempty"` // of an import: file digest and rows
	Prev   string            `json:"prev"`            // SHA-256 of the stored bytes of the entry before, in hex
}

// FieldDigest is the name of a changed field and the first 16 bytes of
// SHA-256 over salt, name, old and new value, in base64.
type FieldDigest struct {
	Name   string `json:"n"`
	Digest string `json:"d"`
}

// Side is the side record of an entry: the values. Erasing it leaves the chain
// intact. The salt of a field is SHA-256(seed, name), so that each field has
// its own and all are gone with the seed.
type Side struct {
	Seed     string               `json:"seed,omitempty"`
	Fields   map[string]SideValue `json:"fields,omitempty"`
	ErasedAt time.Time            `json:"erased_at,omitzero"`
}

// SideValue is a field's value before and after; null where there was none.
type SideValue struct {
	Old json.RawMessage `json:"o,omitempty"`
	New json.RawMessage `json:"n,omitempty"`
}

// Head is the end of the journal.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"` // of the last entry's bytes; of the register's id before the first
}

func newSeed() string {
	var b [16]byte
	rand.Read(b[:]) // never fails, see crypto/rand
	return base64.RawStdEncoding.EncodeToString(b[:])
}

func hashHex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// digest binds a field's values to the entry without giving them away.
func digest(seed, name string, v SideValue) string {
	salt := sha256.Sum256([]byte(seed + "\x00" + name))
	h := sha256.New()
	h.Write(salt[:])
	for _, part := range [][]byte{[]byte(name), v.Old, v.New} {
		fmt.Fprintf(h, "%d:", len(part))
		h.Write(part)
	}
	return base64.RawStdEncoding.EncodeToString(h.Sum(nil)[:16])
}

// sideOf makes the side record and the digests for changed fields.
func sideOf(changes map[string]SideValue) (Side, []FieldDigest) {
	side := Side{Seed: newSeed(), Fields: changes}
	names := make([]string, 0, len(changes))
	for name := range changes {
		names = append(names, name)
	}
	slices.Sort(names)
	digests := make([]FieldDigest, len(names))
	for i, name := range names {
		digests[i] = FieldDigest{name, digest(side.Seed, name, changes[name])}
	}
	return side, digests
}

func seqKey(seq int64) string { return fmt.Sprintf("%019d", seq) }

// trailKey sorts the newest entry of a record or an actor first.
func trailKey(owner string, seq int64) string {
	return fmt.Sprintf("%s/%019d", owner, math.MaxInt64-seq)
}

func trailSeq(key string) int64 {
	var n int64
	fmt.Sscanf(key[len(key)-19:], "%d", &n)
	return math.MaxInt64 - n
}
