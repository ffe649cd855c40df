-- +goose Up

CREATE TABLE community (
    no         INTEGER PRIMARY KEY,
    id         BLOB    NOT NULL UNIQUE CHECK (length(id) = 33),
    role       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Empty fields are NULL. hashed = 1 says that the message's hash is its key;
-- otherwise hash holds it, and it is not of 32 bytes.
CREATE TABLE message (
    no             INTEGER PRIMARY KEY,
    community_no   INTEGER NOT NULL,
    key            BLOB    NOT NULL,
    timestamp      INTEGER NOT NULL,
    topic          BLOB,
    payload        BLOB,
    sig            BLOB,
    padding        BLOB,
    hashed         INTEGER NOT NULL,
    hash           BLOB,
    third_party_id TEXT
) STRICT;

CREATE UNIQUE INDEX message_key ON message (community_no, key);

-- The topic is there so that the topics of a span are read from the index alone.
CREATE INDEX message_time ON message (community_no, timestamp, key, topic);

-- Messages inside covered spans that no archive holds. Whether a message is
-- pending or canonical follows from coverage and late, so that sealing or
-- importing a span rewrites no message.
CREATE TABLE late (
    community_no INTEGER NOT NULL,
    timestamp    INTEGER NOT NULL,
    key          BLOB    NOT NULL,
    PRIMARY KEY (community_no, timestamp, key)
) STRICT, WITHOUT ROWID;

-- Covered spans [start, stop); no two of a community overlap or touch.
CREATE TABLE coverage (
    community_no INTEGER NOT NULL REFERENCES community (no),
    start        INTEGER NOT NULL,
    stop         INTEGER NOT NULL CHECK (start < stop),
    PRIMARY KEY (community_no, start)
) STRICT, WITHOUT ROWID;

-- Unsigned numbers of 64 bits are kept bit by bit.
CREATE TABLE archive (
    community_no INTEGER NOT NULL REFERENCES community (no),
    id           BLOB    NOT NULL CHECK (length(id) = 32),
    span_from    INTEGER NOT NULL,
    span_to      INTEGER NOT NULL,
    data_offset  INTEGER NOT NULL,
    size         INTEGER NOT NULL,
    padding      INTEGER NOT NULL,
    entry        BLOB,
    sealed       INTEGER NOT NULL,
    sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
    messages     INTEGER NOT NULL,
    amends       INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    attempts     INTEGER NOT NULL,
    next_try     INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (community_no, id)
) STRICT;

CREATE INDEX archive_id ON archive (id);

CREATE TABLE generation (
    community_no INTEGER NOT NULL REFERENCES community (no),
    infohash     BLOB    NOT NULL CHECK (length(infohash) = 20),
    clock        INTEGER NOT NULL,
    index_file   BLOB,
    magnet       TEXT    NOT NULL,
    retire_at    INTEGER NOT NULL,
    PRIMARY KEY (community_no, infohash)
) STRICT;

CREATE TABLE announcement (
    community_no INTEGER NOT NULL REFERENCES community (no),
    clock        INTEGER NOT NULL,
    signed       BLOB    NOT NULL,
    magnet       TEXT    NOT NULL,
    envelope     BLOB,
    received_at  INTEGER NOT NULL,
    own          INTEGER NOT NULL,
    sent_at      INTEGER NOT NULL,
    sent_peers   INTEGER NOT NULL,
    PRIMARY KEY (community_no, clock)
) STRICT;
