-- +goose Up

-- What each part of a community's work is doing or waiting for.
CREATE TABLE work (
    community_no INTEGER NOT NULL REFERENCES community (no),
    part         TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    attempts     INTEGER NOT NULL,
    next_try     INTEGER NOT NULL,
    since        INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (community_no, part)
) STRICT, WITHOUT ROWID;

-- What users have asked for. Unsigned numbers of 64 bits are kept bit by bit.
CREATE TABLE operation (
    id           TEXT    NOT NULL PRIMARY KEY,
    community_no INTEGER NOT NULL REFERENCES community (no),
    kind         TEXT    NOT NULL,
    span_from    INTEGER NOT NULL,
    span_to      INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    cursor       BLOB,
    done         INTEGER NOT NULL,
    total        INTEGER NOT NULL,
    reason       TEXT    NOT NULL,
    attempts     INTEGER NOT NULL,
    next_try     INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    ended_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX operation_community ON operation (community_no, created_at);

-- Generations that lost against another one signed with the same key.
CREATE TABLE fork (
    community_no    INTEGER NOT NULL REFERENCES community (no),
    infohash        BLOB    NOT NULL CHECK (length(infohash) = 20),
    clock           INTEGER NOT NULL,
    winner_infohash BLOB    NOT NULL CHECK (length(winner_infohash) = 20),
    winner_clock    INTEGER NOT NULL,
    first_differing BLOB    NOT NULL CHECK (length(first_differing) = 32),
    seen_at         INTEGER NOT NULL,
    PRIMARY KEY (community_no, infohash)
) STRICT, WITHOUT ROWID;
