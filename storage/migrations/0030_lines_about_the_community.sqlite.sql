-- A line about the community itself has neither ticket nor state. SQLite relaxes no column in place: the table is made
-- anew, with its lines as they are, its indexes (0001) and the triggers that keep it append-only (0002).
CREATE TABLE ledger_relaxed (
    community TEXT NOT NULL,
    seq BIGINT NOT NULL,
    ticket TEXT REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    state TEXT,
    person TEXT NOT NULL,
    platform TEXT NOT NULL,
    reason TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (community, seq),
    CONSTRAINT ledger_state_of_a_ticket CHECK ((ticket IS NULL) = (state IS NULL))
);

INSERT INTO ledger_relaxed
SELECT community, seq, ticket, number, at, act, state, person, platform, reason, previous, hash FROM ledger
ORDER BY community, seq;

DROP TABLE ledger;
ALTER TABLE ledger_relaxed RENAME TO ledger;

CREATE INDEX ledger_of_ticket ON ledger (ticket, seq);
CREATE INDEX ledger_resolved_by ON ledger (person, at) WHERE act = 'resolve';

CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ledger_is_never_shortened BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;
