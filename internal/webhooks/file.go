package webhooks

import (
	"database/sql"

	"signet/internal/ownfile"
)

// The body stands last, so that a list of deliveries reads none. A sequence is
// never given twice, also when the last row has gone: an outcome that comes late
// must not hit another message. Instants are microseconds since 1970.
const create = `
CREATE TABLE message (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	receiver TEXT NOT NULL,
	id TEXT NOT NULL,
	topic TEXT NOT NULL,
	created INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
	attempts INTEGER NOT NULL DEFAULT 0,
	next INTEGER NOT NULL DEFAULT 0,
	tried INTEGER,
	code INTEGER NOT NULL DEFAULT 0,
	failure TEXT NOT NULL DEFAULT '',
	body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_by_id ON message (receiver, id);
CREATE INDEX message_by_receiver ON message (receiver, seq);
CREATE INDEX message_by_status ON message (receiver, status, seq);
CREATE INDEX message_by_age ON message (status, tried);
CREATE TABLE mark (
	receiver TEXT PRIMARY KEY,
	position INTEGER NOT NULL,
	at TEXT NOT NULL
) STRICT;
`

// own is the file of a queue.
var own = ownfile.File{
	Application: 0x53474E57, // "SGNW"
	Shape:       1, Create: create,
}

// openFile opens the file, and makes the tables in a new one.
func openFile(path string) (*sql.DB, error) {
	db, err := own.Open(path)
	return db, told(err)
}
