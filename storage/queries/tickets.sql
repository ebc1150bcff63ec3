-- name: tickets_get
SELECT * FROM tickets WHERE id IN (SELECT value FROM json_each(CAST(:ids AS TEXT)));

-- name: tickets_by_number
SELECT * FROM tickets WHERE community = :community AND number = :number;

-- name: tickets_insert*!
INSERT INTO tickets (
    id, community, number, grid, state, kind, category, severity, building, unit, floor, room, landmark,
    words, reporter, reported_at, heading, private, anonymous, origin, origin_chat, origin_message,
    origin_private, first_responder, handler, handler_name, level, queued, queued_at, followers, reopened,
    objected, accepted_at, arrived_at, resolved_at, closed_at, paused_at, pause_reason, plan, decision, note,
    rating, merged_into, last_urged_at, accept_late_at, solve_late_at, version
) VALUES (
    :id, :community, :number, :grid, :state, :kind, :category, :severity, :building, :unit, :floor, :room,
    :landmark, :words, :reporter, :reported_at, :heading, :private, :anonymous, :origin, :origin_chat,
    :origin_message, :origin_private, :first_responder, :handler, :handler_name, :level, :queued, :queued_at,
    :followers, :reopened, :objected, :accepted_at, :arrived_at, :resolved_at, :closed_at, :paused_at,
    :pause_reason, :plan, :decision, :note, :rating, :merged_into, :last_urged_at, :accept_late_at,
    :solve_late_at, :version
) ON CONFLICT (id) DO NOTHING;

-- name: tickets_update*!
UPDATE tickets SET
    community = :community, number = :number, grid = :grid, state = :state, kind = :kind, category =
    :category, severity = :severity, building = :building, unit = :unit, floor = :floor, room = :room,
    landmark = :landmark, words = :words, reporter = :reporter, reported_at = :reported_at, heading =
    :heading, private = :private, anonymous = :anonymous, origin = :origin, origin_chat = :origin_chat,
    origin_message = :origin_message, origin_private = :origin_private, first_responder = :first_responder,
    handler = :handler, handler_name = :handler_name, level = :level, queued = :queued, queued_at =
    :queued_at, followers = :followers, reopened = :reopened, objected = :objected, accepted_at =
    :accepted_at, arrived_at = :arrived_at, resolved_at = :resolved_at, closed_at = :closed_at, paused_at =
    :paused_at, pause_reason = :pause_reason, plan = :plan, decision = :decision, note = :note, rating =
    :rating, merged_into = :merged_into, last_urged_at = :last_urged_at, accept_late_at = :accept_late_at,
    solve_late_at = :solve_late_at, version = :version
WHERE id = :id AND version = :stored;

-- name: tickets_note*!
-- Everything but the columns of FOUND_BY in storage/ticket_rows.py.
UPDATE tickets SET
    kind = :kind, severity = :severity, building = :building, unit = :unit, floor = :floor, room = :room, landmark =
    :landmark, words = :words, heading = :heading, anonymous = :anonymous, origin_private = :origin_private,
    first_responder = :first_responder, handler_name = :handler_name, level = :level, queued = :queued, queued_at = :queued_at, followers = :followers, reopened =
    :reopened, objected = :objected, accepted_at = :accepted_at, arrived_at = :arrived_at, paused_at = :paused_at,
    pause_reason = :pause_reason, plan = :plan, decision = :decision, note = :note, rating = :rating, merged_into =
    :merged_into, last_urged_at = :last_urged_at, accept_late_at = :accept_late_at, solve_late_at = :solve_late_at,
    version = :version
WHERE id = :id AND version = :stored;

-- name: tickets_open_in_grid
-- The list of states is written exactly as in the partial index, or the index is not used.
SELECT * FROM tickets
WHERE grid = :grid AND state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved')
    AND (CAST(:alike AS TEXT) IS NULL OR category IN (SELECT value FROM json_each(CAST(:alike AS TEXT))))
ORDER BY reported_at DESC, number DESC LIMIT :limit;

-- name: tickets_closed_since
SELECT * FROM tickets WHERE grid = :grid AND state = 'closed' AND closed_at > :since
ORDER BY closed_at DESC, number DESC LIMIT :limit;

-- name: tickets_of_reporter
-- Each half is cut to the limit by its own index before the two are put together.
SELECT t.* FROM tickets t WHERE t.id IN (
    SELECT id FROM (
        SELECT id FROM tickets WHERE reporter = :person ORDER BY reported_at DESC LIMIT :limit
    ) AS reported
    UNION
    SELECT ticket FROM (
        SELECT ticket FROM followers WHERE person = :person ORDER BY at DESC LIMIT :limit
    ) AS followed
)
ORDER BY t.reported_at DESC, t.number DESC LIMIT :limit;

-- name: tickets_todo
SELECT t.* FROM tickets t WHERE t.id IN (
    SELECT id FROM (
        SELECT id FROM tickets
        WHERE handler IN (SELECT value FROM json_each(CAST(:people AS TEXT)))
            AND state IN ('reported', 'accepted', 'on_site', 'planned')
        ORDER BY reported_at LIMIT :limit
    ) AS in_hand
    UNION
    SELECT id FROM (
        SELECT id FROM tickets
        WHERE grid IN (SELECT value FROM json_each(CAST(:grids AS TEXT))) AND state = 'reported'
        ORDER BY reported_at LIMIT :limit
    ) AS unaccepted
)
ORDER BY t.reported_at, t.number LIMIT :limit;

-- name: tickets_queue
SELECT * FROM tickets WHERE community = :community AND queued IS NOT NULL
ORDER BY queued_at, number LIMIT :limit;

-- name: tickets_by_card
SELECT * FROM tickets WHERE id IN (
    SELECT ticket FROM cards WHERE place = :chat AND message = :message
    UNION
    SELECT ticket FROM outbox WHERE sent_chat = :chat AND sent_message = :message
    UNION
    SELECT id FROM tickets WHERE origin_chat = :chat AND origin_message = :message
);

-- name: tickets_counts
SELECT state, COUNT(*) AS count FROM tickets
WHERE CAST(:community AS TEXT) IS NULL OR community = :community
GROUP BY state;

-- name: tickets_alive
-- The list of states is the one of the partial index: the cost follows what is alive, not what ever was.
SELECT state, COUNT(*) AS count FROM tickets
WHERE state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved')
GROUP BY state;

-- name: tickets_resolved_by
-- level 1 is the warning before the clock runs out; above it somebody else had to be told.
SELECT COUNT(*) AS done, COALESCE(SUM(CASE WHEN level <= 1 THEN 1 ELSE 0 END), 0) AS in_time
FROM tickets WHERE state IN ('resolved', 'closed') AND id IN (
    SELECT ticket FROM ledger
    WHERE person = :person AND act = 'resolve' AND at >= :since AND at < :until
);

-- name: followers_add!
INSERT INTO followers (ticket, person, at) VALUES (:ticket, :person, :at) ON CONFLICT (ticket, person) DO NOTHING;

-- name: followers_of
SELECT ticket, person FROM followers WHERE ticket IN (SELECT value FROM json_each(CAST(:keys AS TEXT)))
ORDER BY at, person;

-- name: remarks_add!
INSERT INTO remarks (id, ticket, at, person, words) VALUES (:id, :ticket, :at, :person, :words);

-- name: remarks_of
SELECT ticket, at, person, words FROM remarks WHERE ticket = :ticket ORDER BY at, id;
