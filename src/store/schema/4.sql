-- The text of an article beside the rest of its record, in which it stood before: the front page shows entries
-- without it. Records of that time keep theirs until they change.
ALTER TABLE entry ADD COLUMN html TEXT;
