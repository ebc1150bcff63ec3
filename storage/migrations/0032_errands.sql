-- What was asked for in the console and takes longer than a page may: exports, and the proof of the ledger.
CREATE TABLE errands (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    community TEXT NOT NULL REFERENCES communities (id) DEFERRABLE INITIALLY DEFERRED,
    person TEXT NOT NULL,
    wanted TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    beat_at BIGINT NOT NULL,
    said TEXT NOT NULL
);

-- The ledger is read by time, newest first, by those who look at it.
CREATE INDEX ledger_by_time ON ledger (community, at, seq);
