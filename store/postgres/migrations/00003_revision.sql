-- +goose Up

-- How often archives, announcements and operations of a community have changed,
-- for those who wait for that. Whoever writes to a community has it locked, so
-- that this row makes nobody wait.
ALTER TABLE community ADD COLUMN revision bigint NOT NULL DEFAULT 0;
