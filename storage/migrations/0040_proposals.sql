-- What somebody wants to change in the directory or the policy, while they look at what it would lead to: private to their
-- session, gone when it is done or an hour later. `change` is JSON (handlers/directory_changes.py).
CREATE TABLE proposals (
    id TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL,
    community TEXT NOT NULL,
    change TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX proposals_of_session ON proposals (session, at);

-- "What would have happened" reads the tickets of a month, in their order.
CREATE INDEX tickets_by_report ON tickets (community, reported_at, number);

-- What could not be brought to a chat, the last of it: a handful of rows.
CREATE INDEX outbox_failed ON outbox (chat, id) WHERE fate = 'undeliverable';
