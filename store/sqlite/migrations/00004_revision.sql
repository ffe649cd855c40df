-- +goose Up

-- How often archives, announcements and operations of a community have changed,
-- for those who wait for that.
ALTER TABLE community ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
