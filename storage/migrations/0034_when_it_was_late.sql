-- From when on taking a ticket, and solving it, was or will be late; null where nothing ran out and nothing runs
-- (handlers/lateness.py).
ALTER TABLE tickets ADD COLUMN accept_late_at BIGINT;
ALTER TABLE tickets ADD COLUMN solve_late_at BIGINT;

-- What happened before these columns: what runs is among the deadlines, what ran out wrote a line. An alert about nobody
-- taking it that was early because its reader could not be written to is taken for one that was not.
UPDATE tickets SET
    accept_late_at = COALESCE(
        (
            SELECT d.ends_at FROM deadlines d
            WHERE d.ticket = tickets.id AND d.clock = 'accept' AND tickets.state = 'reported'
        ),
        (
            SELECT MIN(l.at) FROM ledger l
            WHERE l.ticket = tickets.id AND l.state = 'reported' AND (
                (l.act = 'alert' AND l.reason = 'accept')
                OR (l.act = 'queue' AND l.reason IN ('accept_missed', 'nobody_to_alert'))
            )
        )
    ),
    solve_late_at = COALESCE(
        (
            SELECT MIN(l.at) FROM ledger l
            WHERE l.ticket = tickets.id
                AND (l.act = 'street' OR (l.act = 'queue' AND l.reason IN ('resolve_missed', 'plan_missed')))
        ),
        (
            SELECT MIN(d.ends_at) FROM deadlines d
            WHERE d.ticket = tickets.id AND d.clock IN ('resolve', 'plan', 'meeting') AND d.due_at IS NOT NULL
                AND tickets.state IN ('reported', 'accepted', 'on_site', 'planned')
        )
    )
WHERE id IN (
    SELECT ticket FROM ledger WHERE act IN ('alert', 'queue', 'street')
    UNION SELECT ticket FROM deadlines
);
