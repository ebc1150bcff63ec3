-- Whoever was two people here and is one: the row that was joined stays, for what the ledger says, and points at the other.
ALTER TABLE people ADD COLUMN joined_to TEXT;
CREATE INDEX people_joined ON people (joined_to) WHERE joined_to IS NOT NULL;

-- By which a person joins another account of theirs: one at a time for each person, gone when it is used.
CREATE TABLE own_codes (
    code_hash TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL UNIQUE REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED,
    account TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Everything of a person is found when they are joined to another (storage/joining.py).
CREATE INDEX remarks_by ON remarks (person) WHERE person IS NOT NULL;
CREATE INDEX attachments_by ON attachments (person) WHERE person IS NOT NULL;
CREATE INDEX examples_by ON examples (person);
-- Hardly ever anybody but a person of a community file, who is never joined to another: these two are nearly empty.
CREATE INDEX tickets_handled_by ON tickets (handler) WHERE handler >= 'r-' AND handler < 'r.';
CREATE INDEX tickets_answered_by ON tickets (first_responder) WHERE first_responder >= 'r-' AND first_responder < 'r.';
