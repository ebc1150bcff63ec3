-- name: meetings_put*!
INSERT INTO meetings (
    id, community, called_by, called_at, starts_at, place, state, year, number, seats, chair, recorder, agenda_at,
    begun_at, closed_at, why, item
) VALUES (
    :id, :community, :called_by, :called_at, :starts_at, :place, :state, :year, :number, :seats, :chair, :recorder,
    :agenda_at, :begun_at, :closed_at, :why, :item
) ON CONFLICT (id) DO UPDATE SET
    called_by = excluded.called_by, starts_at = excluded.starts_at, place = excluded.place, state = excluded.state,
    year = excluded.year, number = excluded.number, seats = excluded.seats, chair = excluded.chair,
    recorder = excluded.recorder, agenda_at = excluded.agenda_at, begun_at = excluded.begun_at,
    closed_at = excluded.closed_at, why = excluded.why, item = excluded.item;

-- name: meetings_get
SELECT * FROM meetings WHERE id = :id;

-- name: meetings_of
SELECT * FROM meetings WHERE community = :community ORDER BY starts_at DESC, id DESC LIMIT :limit;

-- name: meetings_under_way
SELECT * FROM meetings WHERE community = :community AND state = 'under_way';

-- name: meetings_sitting
-- All that are, of every community.
SELECT * FROM meetings WHERE state = 'under_way' AND begun_at <= :before ORDER BY community;

-- name: meetings_to_come
-- All there are, of every community, or of one.
SELECT * FROM meetings WHERE state = 'planned' AND starts_at < :before
    AND (CAST(:community AS TEXT) IS NULL OR community = :community)
ORDER BY starts_at, id;

-- name: meetings_last_number
SELECT MAX(number) AS value FROM meetings WHERE community = :community AND year = :year AND number IS NOT NULL;

-- name: meetings_naming
-- Every meeting of these communities at whose table somebody of this name may have sat; there are some tens in a year.
SELECT * FROM meetings
WHERE community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)))
    AND seats <> REPLACE(seats, CAST(:name AS TEXT), '')
ORDER BY id;

-- name: meeting_items_put*!
INSERT INTO meeting_items (
    meeting, ticket, outcome, words, at, decided_by, responsible, person, helpers, until
) VALUES (
    :meeting, :ticket, :outcome, :words, :at, :decided_by, :responsible, :person, :helpers, :until
) ON CONFLICT (meeting, ticket) DO UPDATE SET
    outcome = excluded.outcome, words = excluded.words, at = excluded.at, decided_by = excluded.decided_by,
    responsible = excluded.responsible, person = excluded.person, helpers = excluded.helpers, until = excluded.until;

-- name: meeting_items_of
SELECT i.* FROM meeting_items i JOIN tickets t ON t.id = i.ticket WHERE i.meeting = :meeting ORDER BY i.at, t.number;

-- name: meeting_items_about
SELECT * FROM meeting_items WHERE ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT))) ORDER BY ticket, at;
