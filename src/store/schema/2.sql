-- Several workers: a host is asked by one of them at a time, so that the pauses between requests hold.
ALTER TABLE feed ADD COLUMN host TEXT;
ALTER TABLE host ADD COLUMN worker TEXT;
ALTER TABLE host ADD COLUMN worker_until BIGINT;
CREATE INDEX feed_by_host ON feed (host);
-- The definitions that all workers go by: the files of the worker that was told last.
CREATE TABLE definition (
    path TEXT PRIMARY KEY,
    text TEXT NOT NULL
);
