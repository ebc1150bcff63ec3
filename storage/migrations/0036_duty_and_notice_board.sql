-- Who is on duty when (storage/records/roster.py), who is asked to take whose shift, and what a notice board shows.
CREATE TABLE duties (
    id TEXT NOT NULL PRIMARY KEY,
    community TEXT NOT NULL REFERENCES communities (id) DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    grid TEXT,
    person TEXT NOT NULL,
    day TEXT NOT NULL,
    begins TEXT NOT NULL,
    ends TEXT NOT NULL,
    instead TEXT NOT NULL
);

CREATE INDEX duties_of_community ON duties (community, position);

CREATE TABLE swaps (
    id TEXT NOT NULL PRIMARY KEY,
    community TEXT NOT NULL,
    duty TEXT NOT NULL,
    date TEXT NOT NULL,
    giver TEXT NOT NULL,
    taker TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    answer TEXT NOT NULL
);

CREATE INDEX swaps_waiting ON swaps (taker, asked_at) WHERE answer = '';
CREATE INDEX swaps_by_age ON swaps (ends);

-- `choices`: JSON of what differs from the ordinary.
CREATE TABLE notice_boards (
    compound TEXT NOT NULL PRIMARY KEY,
    choices TEXT NOT NULL
);

-- JSON of [building, person].
ALTER TABLE grids ADD COLUMN heads TEXT NOT NULL DEFAULT '[]';
