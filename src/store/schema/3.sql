-- A feed that is kept for years costs no more than a young one: what it let go of is not walked through again.
-- 1 once the article is neither in the window of the feed nor in its archive.
ALTER TABLE membership ADD COLUMN gone BIGINT NOT NULL DEFAULT 0;
CREATE INDEX membership_shown ON membership (feed, published) WHERE gone = 0;
CREATE INDEX membership_gone ON membership (feed, seen) WHERE gone = 1;
DROP INDEX membership_by_age;
CREATE INDEX membership_by_age ON membership (published) WHERE gone = 0;
-- Which other feeds have an article.
CREATE INDEX membership_by_entry ON membership (entry);
-- When to read the article again, as the entry says; here too, so that what is due of one feed is found by itself.
ALTER TABLE membership ADD COLUMN next_check BIGINT;
UPDATE membership SET next_check = (SELECT next_check FROM entry WHERE entry.id = membership.entry);
CREATE INDEX membership_due ON membership (feed, next_check) WHERE next_check IS NOT NULL;
CREATE INDEX entry_by_end ON entry (first_seen) WHERE state IN ('gone', 'rejected');
DROP INDEX entry_by_site;
CREATE INDEX entry_by_site ON entry (site, first_seen) WHERE blocks IS NOT NULL;
