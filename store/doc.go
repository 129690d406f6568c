// Package store keeps the register: activities, people, meetings, overlaps,
// confirmations, the outbox, and the journal of every change.
//
// # Promises
//
// All that one command changes is stored in one transaction with its journal
// entries, or nothing is. A nil error from Update means that it is on disk.
// Ids are never used again. No text is altered.
//
// # Layout 1
//
// Keys are ASCII and sort bytewise. ID is ten digits, SEQ nineteen, TIME is
// 2006-01-02T15:04:05.000Z, HASH is SHA-256 in hex. Values are JSON documents;
// those of journal and side are kept byte for byte, of all others a database
// may reorder the keys.
//
//	meta          layout, register, secret, head, counters, clock, filling, used/P7,
//	              name/HASH (what a name of the configuration means)
//	activity      ID                   Activity
//	note          ID/NNNNNN            Note; ID is the activity's
//	source        HASH                 activity id, by source, agency and source id
//	person        ID                   Person
//	account       platform/workspace/user   person id
//	meeting       ID                   Meeting
//	overlap       ID                   Overlap
//	pair          ID/ID                overlap id; the lower activity first
//	touch         ID/ID                overlap id, by activity
//	confirmation  ID                   Confirmation
//	journal       SEQ                  Entry, the bytes that were hashed
//	side          SEQ                  Side, the values of that entry
//	trail         RECORD/SEQ', by:ACTOR/SEQ'   1; SEQ' counts down, so that the newest is first
//	outbox        kind:subject.revision:slot:destination   Row
//	due           TIME/outbox key      1, for open rows
//	seen          k/HASH, t/TIME/k/HASH   delivery ids of the last day
//	page          TIME and random      what a list's buttons go on with, for a day
//	post          PLACE/TIME-random    ChatPost, the console's own chat
//
// # Journal
//
// An entry names its sequence, time, actor, operation, record and the changed
// fields, with a digest for each under a salt of its own, and the hash of the
// entry before. The values lie in the side record of the same sequence.
// History and Revert read it; Redact erases it, which leaves the chain whole.
//
// # Limits
//
// Every activity is held in memory, 130 MB for 100,000 of the usual length. An
// Update holds all that it writes until it is committed, about nine kilobytes
// for each new activity, so that an import of 100,000 takes some 900 MB for a
// moment. A Change sees its own writes, but a Scan within it must not write.
// One journalled Update runs at a time.
package store
