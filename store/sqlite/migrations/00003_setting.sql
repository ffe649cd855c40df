-- +goose Up

-- What people have set while nodes run; community_no is 0 for the node itself.
CREATE TABLE setting (
    community_no INTEGER NOT NULL,
    key          TEXT    NOT NULL,
    value        TEXT    NOT NULL,
    PRIMARY KEY (community_no, key)
) STRICT, WITHOUT ROWID;

-- How often settings have changed. Triggers count, so that changes made by
-- other programs are seen, too.
CREATE TABLE setting_revision (
    no       INTEGER NOT NULL PRIMARY KEY CHECK (no = 1),
    revision INTEGER NOT NULL
) STRICT;

INSERT INTO setting_revision (no, revision) VALUES (1, 0);

-- +goose StatementBegin
CREATE TRIGGER setting_added AFTER INSERT ON setting BEGIN
    UPDATE setting_revision SET revision = revision + 1;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER setting_changed AFTER UPDATE ON setting BEGIN
    UPDATE setting_revision SET revision = revision + 1;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER setting_removed AFTER DELETE ON setting BEGIN
    UPDATE setting_revision SET revision = revision + 1;
END;
-- +goose StatementEnd
