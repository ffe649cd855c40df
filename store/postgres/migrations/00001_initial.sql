-- +goose Up

-- Text that comes from outside is bytea: it may hold any byte, also 0, which
-- text may not. Unsigned numbers of 64 bits are kept bit by bit in bigint.
CREATE TABLE community (
    no         integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    id         bytea   NOT NULL UNIQUE CHECK (length(id) = 33),
    role       text    NOT NULL,
    name       bytea   NOT NULL,
    created_at bigint  NOT NULL
);

-- Empty fields are NULL. hashed says that the message's hash is its key;
-- otherwise hash holds it, and it is not of 32 bytes.
CREATE TABLE message (
    community_no   integer NOT NULL,
    hashed         boolean NOT NULL,
    timestamp      bigint  NOT NULL,
    key            bytea   NOT NULL,
    topic          bytea,
    payload        bytea,
    sig            bytea,
    padding        bytea,
    hash           bytea,
    third_party_id bytea,
    PRIMARY KEY (community_no, key)
);

-- The topic is there so that the topics of a span are read from the index alone.
CREATE INDEX message_time ON message (community_no, timestamp, key) INCLUDE (topic);

-- Messages inside covered spans that no archive holds. Whether a message is
-- pending or canonical follows from coverage and late, so that sealing or
-- importing a span rewrites no message.
CREATE TABLE late (
    community_no integer NOT NULL,
    timestamp    bigint  NOT NULL,
    key          bytea   NOT NULL,
    PRIMARY KEY (community_no, timestamp, key)
);

-- Covered spans [start, stop); no two of a community overlap or touch.
CREATE TABLE coverage (
    community_no integer NOT NULL REFERENCES community (no),
    start        bigint  NOT NULL,
    stop         bigint  NOT NULL CHECK (start < stop),
    PRIMARY KEY (community_no, start)
);

CREATE TABLE archive (
    community_no integer NOT NULL REFERENCES community (no),
    id           bytea   NOT NULL CHECK (length(id) = 32),
    span_from    bigint  NOT NULL,
    span_to      bigint  NOT NULL,
    data_offset  bigint  NOT NULL,
    size         bigint  NOT NULL,
    padding      bigint  NOT NULL,
    entry        bytea,
    sealed       boolean NOT NULL,
    sha256       bytea   NOT NULL CHECK (length(sha256) = 32),
    messages     bigint  NOT NULL,
    amends       bigint  NOT NULL,
    state        text    NOT NULL,
    reason       bytea   NOT NULL,
    attempts     bigint  NOT NULL,
    next_try     bigint  NOT NULL,
    updated_at   bigint  NOT NULL,
    PRIMARY KEY (community_no, id)
);

CREATE INDEX archive_id ON archive (id);

CREATE TABLE generation (
    community_no integer NOT NULL REFERENCES community (no),
    infohash     bytea   NOT NULL CHECK (length(infohash) = 20),
    clock        bigint  NOT NULL,
    index_file   bytea,
    magnet       bytea   NOT NULL,
    retire_at    bigint  NOT NULL,
    PRIMARY KEY (community_no, infohash)
);

CREATE TABLE announcement (
    community_no integer NOT NULL REFERENCES community (no),
    clock        bigint  NOT NULL,
    signed       bytea   NOT NULL,
    magnet       bytea   NOT NULL,
    envelope     bytea,
    received_at  bigint  NOT NULL,
    own          boolean NOT NULL,
    sent_at      bigint  NOT NULL,
    sent_peers   bigint  NOT NULL,
    PRIMARY KEY (community_no, clock)
);

-- What each part of a community's work is doing or waiting for.
CREATE TABLE work (
    community_no integer NOT NULL REFERENCES community (no),
    part         bytea   NOT NULL,
    state        text    NOT NULL,
    reason       bytea   NOT NULL,
    attempts     bigint  NOT NULL,
    next_try     bigint  NOT NULL,
    since        bigint  NOT NULL,
    updated_at   bigint  NOT NULL,
    PRIMARY KEY (community_no, part)
);

-- What users have asked for.
CREATE TABLE operation (
    id           bytea   PRIMARY KEY,
    community_no integer NOT NULL REFERENCES community (no),
    kind         text    NOT NULL,
    span_from    bigint  NOT NULL,
    span_to      bigint  NOT NULL,
    state        text    NOT NULL,
    cursor       bytea,
    done         bigint  NOT NULL,
    total        bigint  NOT NULL,
    reason       bytea   NOT NULL,
    attempts     bigint  NOT NULL,
    next_try     bigint  NOT NULL,
    created_at   bigint  NOT NULL,
    ended_at     bigint  NOT NULL
);

CREATE INDEX operation_community ON operation (community_no, created_at);

-- Generations that lost against another one signed with the same key.
CREATE TABLE fork (
    community_no    integer NOT NULL REFERENCES community (no),
    infohash        bytea   NOT NULL CHECK (length(infohash) = 20),
    clock           bigint  NOT NULL,
    winner_infohash bytea   NOT NULL CHECK (length(winner_infohash) = 20),
    winner_clock    bigint  NOT NULL,
    first_differing bytea   NOT NULL CHECK (length(first_differing) = 32),
    seen_at         bigint  NOT NULL,
    PRIMARY KEY (community_no, infohash)
);
