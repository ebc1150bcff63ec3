-- The whole first schema, in the common subset of SQLite and PostgreSQL: TEXT, BIGINT, INTEGER (0/1 for yes/no),
-- JSON in TEXT. Times are milliseconds UTC. Ids are texts or come from the table of counters.
-- Foreign keys are deferred because a turn writes table by table, not row by row.

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- What community files say ---------------------------------------------------------------------------------------

CREATE TABLE communities (
    id TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    service_phone TEXT NOT NULL,
    policy TEXT NOT NULL,
    words TEXT NOT NULL
);

CREATE TABLE staff_chats (
    community TEXT NOT NULL REFERENCES communities (id) DEFERRABLE INITIALLY DEFERRED,
    chat TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (community, chat)
);

CREATE TABLE compounds (
    id TEXT NOT NULL PRIMARY KEY,
    community TEXT NOT NULL REFERENCES communities (id) DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    regime TEXT NOT NULL,
    property TEXT
);

CREATE TABLE grids (
    id TEXT NOT NULL PRIMARY KEY,
    community TEXT NOT NULL REFERENCES communities (id) DEFERRABLE INITIALLY DEFERRED,
    compound TEXT NOT NULL REFERENCES compounds (id) DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    buildings TEXT NOT NULL,
    leader TEXT NOT NULL,
    deputies TEXT NOT NULL
);

CREATE INDEX grids_of_compound ON grids (compound);

CREATE TABLE grid_chats (
    grid TEXT NOT NULL REFERENCES grids (id) DEFERRABLE INITIALLY DEFERRED,
    chat TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (grid, chat)
);

CREATE TABLE spots (
    id TEXT NOT NULL PRIMARY KEY,
    grid TEXT NOT NULL REFERENCES grids (id) DEFERRABLE INITIALLY DEFERRED,
    building TEXT NOT NULL,
    position INTEGER NOT NULL
);

CREATE INDEX spots_of_grid ON spots (grid);

-- People and chats -----------------------------------------------------------------------------------------------

CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    community TEXT NOT NULL,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    phone TEXT NOT NULL,
    language TEXT NOT NULL,
    home_grid TEXT,
    home_building TEXT NOT NULL,
    home_unit TEXT NOT NULL,
    home_floor TEXT NOT NULL,
    home_room TEXT NOT NULL,
    home_landmark TEXT NOT NULL,
    listed INTEGER NOT NULL
);

CREATE INDEX people_listed ON people (community) WHERE listed = 1;

-- `listed`: the community file names it. Such an account goes when the file no longer does; one bound by its owner stays.
CREATE TABLE accounts (
    address TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED,
    last_used_at BIGINT NOT NULL,
    reachable INTEGER,
    listed INTEGER NOT NULL
);

CREATE INDEX accounts_of_person ON accounts (person);

CREATE TABLE chats (
    address TEXT NOT NULL PRIMARY KEY,
    present INTEGER NOT NULL,
    at BIGINT NOT NULL
);

-- Tickets --------------------------------------------------------------------------------------------------------

CREATE TABLE tickets (
    id TEXT NOT NULL PRIMARY KEY,
    community TEXT NOT NULL,
    number BIGINT NOT NULL,
    grid TEXT NOT NULL,
    state TEXT NOT NULL,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    severity TEXT NOT NULL,
    building TEXT NOT NULL,
    unit TEXT NOT NULL,
    floor TEXT NOT NULL,
    room TEXT NOT NULL,
    landmark TEXT NOT NULL,
    words TEXT NOT NULL,
    reporter TEXT,
    reported_at BIGINT NOT NULL,
    heading TEXT NOT NULL,
    private INTEGER NOT NULL,
    anonymous INTEGER NOT NULL,
    origin TEXT,
    origin_chat TEXT,
    origin_message TEXT,
    origin_private INTEGER NOT NULL,
    first_responder TEXT,
    handler TEXT,
    handler_name TEXT NOT NULL,
    level INTEGER NOT NULL,
    queued TEXT,
    queued_at BIGINT,
    followers INTEGER NOT NULL,
    reopened INTEGER NOT NULL,
    objected INTEGER NOT NULL,
    accepted_at BIGINT,
    arrived_at BIGINT,
    resolved_at BIGINT,
    closed_at BIGINT,
    paused_at BIGINT,
    pause_reason TEXT NOT NULL,
    plan TEXT NOT NULL,
    decision TEXT NOT NULL,
    note TEXT NOT NULL,
    rating TEXT NOT NULL,
    merged_into TEXT,
    last_urged_at BIGINT,
    version BIGINT NOT NULL,
    UNIQUE (community, number)
);

-- A city keeps millions of closed tickets: every index a screen or a rule uses holds only those still alive.
CREATE INDEX tickets_living ON tickets (grid, reported_at)
    WHERE state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved');
CREATE INDEX tickets_in_hand ON tickets (handler, reported_at)
    WHERE state IN ('reported', 'accepted', 'on_site', 'planned');
CREATE INDEX tickets_unaccepted ON tickets (grid, reported_at) WHERE state = 'reported';
CREATE INDEX tickets_queued ON tickets (community, queued_at) WHERE queued IS NOT NULL;
CREATE INDEX tickets_reported_by ON tickets (reporter, reported_at) WHERE reporter IS NOT NULL;
CREATE INDEX tickets_said_in ON tickets (origin_chat, origin_message) WHERE origin_message IS NOT NULL;

CREATE TABLE followers (
    ticket TEXT NOT NULL REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    person TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (ticket, person)
);

CREATE INDEX followers_of_person ON followers (person, at);

CREATE TABLE remarks (
    id BIGINT NOT NULL PRIMARY KEY,
    ticket TEXT NOT NULL REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    at BIGINT NOT NULL,
    person TEXT,
    words TEXT NOT NULL
);

CREATE INDEX remarks_of_ticket ON remarks (ticket);

-- `left_over`: JSON of the allowance that was left when the clock was paused.
CREATE TABLE deadlines (
    ticket TEXT NOT NULL REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    clock TEXT NOT NULL,
    stage TEXT NOT NULL,
    due_at BIGINT,
    ends_at BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    left_over TEXT,
    PRIMARY KEY (ticket, clock)
);

CREATE INDEX deadlines_running ON deadlines (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE ledger (
    community TEXT NOT NULL,
    seq BIGINT NOT NULL,
    ticket TEXT NOT NULL REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    state TEXT NOT NULL,
    person TEXT NOT NULL,
    platform TEXT NOT NULL,
    reason TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (community, seq)
);

CREATE INDEX ledger_of_ticket ON ledger (ticket, seq);
CREATE INDEX ledger_resolved_by ON ledger (person, at) WHERE act = 'resolve';

CREATE TABLE ledger_heads (
    community TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);

CREATE TABLE attachments (
    id BIGINT NOT NULL PRIMARY KEY,
    ticket TEXT REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    at BIGINT NOT NULL,
    platform TEXT NOT NULL,
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    person TEXT,
    size BIGINT NOT NULL,
    sha256 TEXT,
    failed TEXT NOT NULL,
    after INTEGER NOT NULL,
    caption TEXT NOT NULL,
    chat TEXT,
    account TEXT,
    album TEXT
);

CREATE INDEX attachments_of_ticket ON attachments (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX attachments_loose ON attachments (chat, account, at) WHERE ticket IS NULL;
CREATE INDEX attachments_to_fetch ON attachments (id) WHERE sha256 IS NULL AND failed = '';

CREATE TABLE albums (
    chat TEXT NOT NULL,
    album TEXT NOT NULL,
    ticket TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (chat, album)
);

-- `place`: the chat without its topic, because a platform numbers messages per chat.
CREATE TABLE cards (
    ticket TEXT NOT NULL REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    chat TEXT NOT NULL,
    place TEXT NOT NULL,
    message TEXT NOT NULL,
    print TEXT NOT NULL,
    PRIMARY KEY (ticket, chat)
);

CREATE INDEX cards_shown ON cards (place, message);

-- Messages -------------------------------------------------------------------------------------------------------

CREATE TABLE inbox (
    key TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    answer TEXT NOT NULL
);

CREATE INDEX inbox_by_age ON inbox (at);

CREATE TABLE set_aside (
    key TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    raw TEXT NOT NULL,
    why TEXT NOT NULL
);

CREATE TABLE dialogues (
    chat TEXT NOT NULL,
    account TEXT NOT NULL,
    step TEXT NOT NULL,
    data TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    question TEXT,
    PRIMARY KEY (chat, account)
);

CREATE INDEX dialogues_of_account ON dialogues (account);
CREATE INDEX dialogues_ending ON dialogues (expires_at);

-- `route` is the first of `routes`; `chat` is it without its topic, because order and limits hold per chat.
CREATE TABLE outbox (
    id BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    rank INTEGER NOT NULL,
    routes TEXT NOT NULL,
    route TEXT NOT NULL,
    chat TEXT NOT NULL,
    platform TEXT NOT NULL,
    reader TEXT NOT NULL,
    ticket TEXT,
    body TEXT NOT NULL,
    once TEXT UNIQUE,
    not_before BIGINT NOT NULL,
    fate TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    note TEXT NOT NULL,
    claimed_until BIGINT,
    sent_at BIGINT,
    sent_chat TEXT,
    sent_message TEXT
);

CREATE INDEX outbox_owed ON outbox (chat, rank, id) WHERE fate IN ('waiting', 'claimed');
CREATE INDEX outbox_cards ON outbox (ticket, route) WHERE kind = 'card' AND fate = 'waiting';
CREATE INDEX outbox_told ON outbox (ticket) WHERE kind IN ('page', 'alert');
CREATE INDEX outbox_said ON outbox (sent_chat, sent_message) WHERE sent_message IS NOT NULL;

CREATE TABLE web_messages (
    id BIGINT NOT NULL PRIMARY KEY,
    change_no BIGINT NOT NULL,
    chat TEXT NOT NULL,
    from_name TEXT NOT NULL,
    account TEXT,
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    buttons TEXT NOT NULL,
    photos TEXT NOT NULL,
    reply_to TEXT,
    at BIGINT NOT NULL,
    edited_at BIGINT
);

CREATE UNIQUE INDEX web_changes ON web_messages (change_no);
CREATE INDEX web_changes_of_chat ON web_messages (chat, change_no);
CREATE INDEX web_in_order ON web_messages (chat, id);

-- Doors and keys -------------------------------------------------------------------------------------------------

CREATE TABLE invites (
    code_hash TEXT NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    grid TEXT,
    community TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    taken_at BIGINT
);

CREATE TABLE invite_misses (
    id BIGINT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX invite_misses_of_account ON invite_misses (account, at);

CREATE TABLE login_links (
    token_hash TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    taken_at BIGINT
);

CREATE TABLE sessions (
    session_hash TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE jobs (
    job TEXT NOT NULL,
    period TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (job, period)
);

CREATE TABLE tokens (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
