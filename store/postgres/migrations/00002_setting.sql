-- +goose Up

-- What people have set while nodes run; community_no is 0 for the node itself.
CREATE TABLE setting (
    community_no integer NOT NULL,
    key          bytea   NOT NULL,
    value        bytea   NOT NULL,
    PRIMARY KEY (community_no, key)
);

-- How often settings have changed. Triggers count, so that changes made by
-- other programs are seen, too. It is a row and no sequence: the number may not
-- grow before the change can be seen.
CREATE TABLE setting_revision (
    no       integer NOT NULL PRIMARY KEY CHECK (no = 1),
    revision bigint  NOT NULL
);

INSERT INTO setting_revision (no, revision) VALUES (1, 0);

-- +goose StatementBegin
CREATE FUNCTION setting_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE %I.setting_revision SET revision = revision + 1', TG_TABLE_SCHEMA);
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER setting_change AFTER INSERT OR UPDATE OR DELETE ON setting
    FOR EACH ROW EXECUTE FUNCTION setting_count();

CREATE TRIGGER setting_truncate AFTER TRUNCATE ON setting
    FOR EACH STATEMENT EXECUTE FUNCTION setting_count();
