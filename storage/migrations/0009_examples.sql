-- What people said of the reader: right or wrong about a message. `read_…` is what it had said, the rest what is right;
-- a category nobody named is NULL. `ticket`: the one that came of the message, if any.
CREATE TABLE examples (
    id BIGINT NOT NULL PRIMARY KEY,
    community TEXT NOT NULL,
    at BIGINT NOT NULL,
    words TEXT NOT NULL,
    read_call INTEGER NOT NULL,
    read_category TEXT,
    call INTEGER NOT NULL,
    category TEXT,
    person TEXT NOT NULL,
    ticket TEXT
);

CREATE INDEX examples_of_community ON examples (community, id);
CREATE INDEX examples_by_age ON examples (at);

-- What a community's reader has learned of them: what its weights differ from the shipped ones by, as JSON.
CREATE TABLE lessons (
    community TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    examples BIGINT NOT NULL,
    weights TEXT NOT NULL
);
