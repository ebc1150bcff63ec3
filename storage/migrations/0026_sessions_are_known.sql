-- Whoever is signed in sees where else they are, and may end it. Sessions from before say nothing of themselves: they are over.
DELETE FROM sessions;
ALTER TABLE sessions ADD COLUMN opened_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_of_person ON sessions (person);
CREATE INDEX login_links_of_person ON login_links (person);
-- A ticket's page says who was told of it, and whether it arrived: these, and those of outbox_told.
CREATE INDEX outbox_about ON outbox (ticket) WHERE kind IN ('answer', 'ask', 'remind', 'news');
