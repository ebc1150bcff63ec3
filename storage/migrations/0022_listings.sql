-- What the console finds tickets by: one narrow row each, in step with the ticket, its clocks and its words
-- (storage/searching.py). To go through all of a community's is a matter of milliseconds.
CREATE TABLE listings (
    community TEXT NOT NULL,
    number BIGINT NOT NULL,
    ticket TEXT NOT NULL,
    grid TEXT NOT NULL,
    private INTEGER NOT NULL,
    handler TEXT,
    first_responder TEXT,
    lane TEXT NOT NULL,
    calm INTEGER NOT NULL,
    clock TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    severity TEXT NOT NULL,
    reported_at BIGINT NOT NULL,
    resolved_at BIGINT,
    told TEXT NOT NULL,
    added TEXT NOT NULL,
    PRIMARY KEY (community, number)
);

-- Whatever the board counts and sorts stands in the index.
CREATE INDEX listings_board
    ON listings (community, lane, calm, due_at, number, grid, private, handler, first_responder, clock)
    WHERE lane <> 'over';
CREATE INDEX listings_resolved ON listings (community, resolved_at) WHERE resolved_at IS NOT NULL;

-- Of tickets there are already. When a clock ran out that runs no more, its ledger knows; the queue's time is near enough.
INSERT INTO listings (
    community, number, ticket, grid, private, handler, first_responder, lane, calm, clock, due_at, state, kind, category,
    severity, reported_at, resolved_at, told, added
)
SELECT
    t.community, t.number, t.id, t.grid, t.private, t.handler, t.first_responder,
    CASE
        WHEN t.queued IS NOT NULL THEN 'meeting'
        WHEN t.paused_at IS NOT NULL THEN 'paused'
        WHEN t.state = 'reported' THEN 'accept'
        WHEN t.state = 'accepted' AND t.decision = '' THEN 'arrive'
        WHEN t.state IN ('accepted', 'on_site', 'planned') THEN 'work'
        WHEN t.state = 'resolved' THEN 'rate'
        ELSE 'over'
    END,
    CASE WHEN t.severity = 'emergency' THEN 0 ELSE 1 END,
    COALESCE(
        (
            SELECT d.clock FROM deadlines d WHERE d.ticket = t.id AND d.due_at IS NOT NULL
            ORDER BY d.ends_at, d.clock LIMIT 1
        ),
        CASE t.queued WHEN 'resolve_missed' THEN 'resolve' WHEN 'plan_missed' THEN 'plan' ELSE '' END
    ),
    COALESCE(
        (SELECT MIN(d.ends_at) FROM deadlines d WHERE d.ticket = t.id AND d.due_at IS NOT NULL),
        CASE WHEN t.queued IN ('resolve_missed', 'plan_missed') THEN t.queued_at END,
        4611686018427387904
    ),
    t.state, t.kind, t.category, t.severity, t.reported_at, t.resolved_at,
    LOWER(
        t.words || CASE WHEN t.heading = '' THEN '' ELSE ' ' || t.heading END
        || CASE WHEN t.building = '' THEN '' ELSE ' ' || t.building || '号楼' END
        || CASE WHEN t.unit = '' THEN '' ELSE t.unit || '单元' END
        || CASE WHEN t.floor = '' THEN '' ELSE t.floor || '层' END
        || CASE WHEN t.room = '' THEN '' ELSE t.room || '室' END
        || ' ' || t.landmark || ' ' || t.handler_name || ' ' || t.plan || ' ' || t.decision || ' ' || t.note
    ),
    ''
FROM tickets t;
