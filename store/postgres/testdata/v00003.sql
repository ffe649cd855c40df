-- A small database of schema version 3, as that version wrote it.
INSERT INTO community (no, id, role, name, created_at, revision) OVERRIDING SYSTEM VALUE VALUES
    (7, '\x020000000000000000000000000000000000000000000000000000000000000001', 'owner', 'Harbour', 1700000000123, 77);
INSERT INTO coverage (community_no, start, stop) VALUES (7, 100, 200), (7, 300, 400);
INSERT INTO message (community_no, key, timestamp, topic, payload, sig, padding, hashed, hash, third_party_id) VALUES
    (7, '\x1111111111111111111111111111111111111111111111111111111111111111', 150, '\x01020304', '\x63616e6f6e6963616c', NULL, NULL, true, NULL, NULL),
    (7, '\x2222222222222222222222222222222222222222222222222222222222222222', 160, '\x01020304', '\x6c617465', '\x04', '\x05', false, '\x06', 'bridge-1'),
    (7, '\x3333333333333333333333333333333333333333333333333333333333333333', 250, NULL, NULL, NULL, NULL, true, NULL, NULL);
INSERT INTO late (community_no, timestamp, key) VALUES
    (7, 160, '\x2222222222222222222222222222222222222222222222222222222222222222');
INSERT INTO archive (community_no, id, span_from, span_to, data_offset, size, padding, entry, sealed, sha256, messages,
    amends, state, reason, attempts, next_try, updated_at) VALUES
    (7, '\xaa00000000000000000000000000000000000000000000000000000000000000', 100, 200, 102400, 204800, 5, '\x0102', true,
    '\xbb00000000000000000000000000000000000000000000000000000000000000', 1, 2, 'imported', 'none', 3, 4, 5);
INSERT INTO generation (community_no, infohash, clock, index_file, magnet, retire_at) VALUES
    (7, '\xcc00000000000000000000000000000000000000', 9, '\x03', 'magnet:?g', 10);
INSERT INTO announcement (community_no, clock, signed, magnet, envelope, received_at, own, sent_at, sent_peers) VALUES
    (7, 9, '\x07', 'magnet:?a', '\x08', 11, true, 12, 13);
INSERT INTO work (community_no, part, state, reason, attempts, next_try, since, updated_at) VALUES
    (7, 'seal', 'waiting', 'no space', 1, 2, 3, 4);
INSERT INTO operation (id, community_no, kind, span_from, span_to, state, cursor, done, total, reason, attempts, next_try,
    created_at, ended_at) VALUES ('aa', 7, 'replay', 100, 200, 'failed', '\x05', 6, 7, 'cannot', 8, 9, 10, 11);
INSERT INTO fork (community_no, infohash, clock, winner_infohash, winner_clock, first_differing, seen_at) VALUES
    (7, '\xdd00000000000000000000000000000000000000', 12, '\xee00000000000000000000000000000000000000', 13,
    '\xff00000000000000000000000000000000000000000000000000000000000000', 14);
INSERT INTO setting (community_no, key, value) VALUES (0, 'cap', '2GiB'), (7, 'up', '1MiB/s');
