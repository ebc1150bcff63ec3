-- `not_before` is a letter's own time: until then it is as if it were not there. `again_at` is the pause after a try that
-- failed: it holds back what stands behind it in its chat, or the order would be lost.
ALTER TABLE outbox ADD COLUMN again_at BIGINT NOT NULL DEFAULT 0;

-- All that the search for the next letters reads: with tens of thousands owed, looking into every row would take longer
-- than sending them.
DROP INDEX outbox_owed;
CREATE INDEX outbox_owed ON outbox (chat, rank, id, not_before, fate) WHERE fate IN ('waiting', 'claimed');
