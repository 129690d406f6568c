package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math"
	"strconv"
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
	b := make([]byte, 0, 128+len(name)+len(v.Old)+len(v.New))
	b = append(b, salt[:]...)
	for _, part := range [][]byte{[]byte(name), v.Old, v.New} {
		b = strconv.AppendInt(b, int64(len(part)), 10)
		b = append(append(b, ':'), part...)
	}
	sum := sha256.Sum256(b)
	return base64.RawStdEncoding.EncodeToString(sum[:16])
}

func digestsOf(seed string, changes []change) []FieldDigest {
	digests := make([]FieldDigest, len(changes))
	for i, c := range changes {
		digests[i] = FieldDigest{c.name, digest(seed, c.name, c.SideValue)}
	}
	return digests
}

// encodeSide writes a Side as encoding/json would. The values are JSON that
// encoding/json wrote, and names of fields need no escapes, so they go in as
// they are: an import makes 100,000 of these.
func encodeSide(seed string, changes []change) []byte {
	size := 64
	for _, c := range changes {
		size += len(c.name) + len(c.Old) + len(c.New) + 16
	}
	b := append(make([]byte, 0, size), `{"seed":"`+seed+`","fields":{`...)
	for i, c := range changes {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), c.name...), `":{`...)
		if c.Old != nil {
			b = append(append(b, `"o":`...), c.Old...)
			if c.New != nil {
				b = append(b, ',')
			}
		}
		if c.New != nil {
			b = append(append(b, `"n":`...), c.New...)
		}
		b = append(b, '}')
	}
	return append(b, "}}"...)
}

func seqKey(seq int64) string { return digitsKey(seq, 19) }

// digitsKey writes n with zeroes before it, so that keys sort as numbers do.
func digitsKey(n int64, width int) string {
	b := make([]byte, 0, 24)
	d := strconv.AppendInt(make([]byte, 0, 20), n, 10)
	for range width - len(d) {
		b = append(b, '0')
	}
	return string(append(b, d...))
}

// trailKey sorts the newest entry of a record or an actor first.
func trailKey(owner string, seq int64) string {
	return owner + "/" + seqKey(math.MaxInt64-seq)
}

func trailSeq(key string) int64 {
	n, _ := strconv.ParseInt(key[max(0, len(key)-19):], 10, 64)
	return math.MaxInt64 - n
}
