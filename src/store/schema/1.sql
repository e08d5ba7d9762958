-- One schema for SQLite and PostgreSQL: TEXT, BIGINT (times in Unix seconds), nothing else.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
-- What is known of a feed between two refreshes.
CREATE TABLE feed (
    id            TEXT PRIMARY KEY,
    -- The section page the rest of the row belongs to; another address starts afresh.
    url           TEXT NOT NULL,
    state         TEXT NOT NULL,
    since         BIGINT NOT NULL,
    message       TEXT,
    hint          TEXT,
    failures      BIGINT NOT NULL DEFAULT 0,
    last_run      BIGINT,
    last_success  BIGINT,
    next_run      BIGINT,
    -- What the section page said last: validators, and hashes of its bytes and of its teasers.
    etag          TEXT,
    last_modified TEXT,
    page_hash     TEXT,
    teasers_hash  TEXT,
    -- What the section page calls itself.
    title         TEXT,
    language      TEXT,
    -- What detection remembers, as JSON.
    memory        TEXT,
    -- The hash of what the published files were made from; NULL while they are behind.
    published     TEXT,
    page          TEXT,
    -- What the window amounts to, as JSON.
    totals        TEXT,
    -- The worker that refreshes it now, and until when it holds it.
    worker        TEXT,
    worker_until  BIGINT
);
CREATE INDEX feed_by_due ON feed (next_run);
-- An article, once, whichever sections carry it.
CREATE TABLE entry (
    id         TEXT PRIMARY KEY,
    site       TEXT NOT NULL,
    -- full, teaser, held, rejected, gone
    state      TEXT NOT NULL,
    -- The entry as JSON; NULL when it was rejected or is gone.
    record     TEXT,
    published  BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    -- When to read the article again, and how often it was read.
    next_check BIGINT,
    checks     BIGINT NOT NULL,
    -- Hashes of its text blocks, to find what repeats across the site.
    blocks     TEXT
);
CREATE INDEX entry_by_site ON entry (site, first_seen);
-- Which section carries which article.
CREATE TABLE membership (
    feed      TEXT NOT NULL,
    entry     TEXT NOT NULL,
    published BIGINT NOT NULL,
    -- When the section page last showed it, and a hash of its teaser then.
    seen      BIGINT NOT NULL,
    teaser    TEXT NOT NULL,
    PRIMARY KEY (feed, entry)
);
CREATE INDEX membership_by_date ON membership (feed, published);
CREATE INDEX membership_by_age ON membership (published);
-- Addresses whose article is not the one their number says.
CREATE TABLE alias (
    address TEXT PRIMARY KEY,
    entry   TEXT NOT NULL
);
-- robots.txt and requested pauses, as JSON.
CREATE TABLE host (
    host   TEXT PRIMARY KEY,
    record TEXT NOT NULL
);
