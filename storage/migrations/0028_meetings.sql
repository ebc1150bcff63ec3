-- Joint meetings. `seats` is JSON: who was invited, who came. `number` counts those held in a year of the community.
CREATE TABLE meetings (
    id TEXT NOT NULL PRIMARY KEY,
    community TEXT NOT NULL,
    called_by TEXT NOT NULL,
    called_at BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    place TEXT NOT NULL,
    state TEXT NOT NULL,
    year INTEGER,
    number INTEGER,
    seats TEXT NOT NULL,
    chair TEXT NOT NULL,
    recorder TEXT NOT NULL,
    agenda_at BIGINT,
    begun_at BIGINT,
    closed_at BIGINT,
    why TEXT NOT NULL,
    item TEXT
);

CREATE INDEX meetings_of ON meetings (community, starts_at);
CREATE UNIQUE INDEX meetings_numbered ON meetings (community, year, number) WHERE number IS NOT NULL;
CREATE UNIQUE INDEX meetings_under_way ON meetings (community) WHERE state = 'under_way';
-- What is still to come is a handful of rows, looked at every minute.
CREATE INDEX meetings_to_come ON meetings (starts_at) WHERE state = 'planned';

-- What a meeting decided about a ticket; `helpers` is JSON.
CREATE TABLE meeting_items (
    meeting TEXT NOT NULL REFERENCES meetings (id) DEFERRABLE INITIALLY DEFERRED,
    ticket TEXT NOT NULL REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    outcome TEXT NOT NULL,
    words TEXT NOT NULL,
    at BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    responsible TEXT NOT NULL,
    person TEXT NOT NULL,
    helpers TEXT NOT NULL,
    until BIGINT,
    PRIMARY KEY (meeting, ticket)
);

CREATE INDEX meeting_items_of_ticket ON meeting_items (ticket, at);
