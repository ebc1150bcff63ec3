-- Whose data was erased: the id the ledger has, and when. `rest`: JSON of what is still to be gone through, "" once it is done.
CREATE TABLE erased (
    person TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    rest TEXT NOT NULL
);
CREATE INDEX erased_unfinished ON erased (at) WHERE rest <> '';

-- Files nothing speaks of any more, until they are deleted.
CREATE TABLE media_gone (
    sha256 TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);
CREATE INDEX attachments_file ON attachments (sha256) WHERE sha256 IS NOT NULL;

-- Open matters whose reporter was erased: what was said goes when they are over.
CREATE TABLE words_to_go (
    ticket TEXT NOT NULL PRIMARY KEY REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED
);

-- How long a community keeps what; NULL: as long as is usual (storage/retention.py). `done_until`: what ended before then has
-- been gone through.
CREATE TABLE retention (
    community TEXT NOT NULL,
    kind TEXT NOT NULL,
    days INTEGER,
    done_until BIGINT NOT NULL,
    PRIMARY KEY (community, kind)
);
CREATE INDEX tickets_over ON tickets (community, closed_at) WHERE closed_at IS NOT NULL;

-- By which a person sees all that is stored about them; only hashes of the tokens are kept.
CREATE TABLE data_links (
    token_hash TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
