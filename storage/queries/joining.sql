-- Two people who are one: what was `:gone`'s is `:kept`'s. Every ticket touched gets a new version, so that nobody who read
-- it before writes it back as it was.

-- name: joining_tickets!
-- The conditions on ids made by the program are those of the partial indexes.
UPDATE tickets SET
    reporter = CASE WHEN reporter = :gone THEN :kept ELSE reporter END,
    handler = CASE WHEN handler = :gone THEN :kept ELSE handler END,
    first_responder = CASE WHEN first_responder = :gone THEN :kept ELSE first_responder END,
    version = version + 1
WHERE id IN (
    SELECT id FROM tickets WHERE reporter = :gone AND reporter IS NOT NULL
    UNION
    SELECT id FROM tickets WHERE handler = :gone AND handler >= 'r-' AND handler < 'r.'
    UNION
    SELECT id FROM tickets WHERE first_responder = :gone AND first_responder >= 'r-' AND first_responder < 'r.'
);

-- name: joining_listings!
-- The same of the console's list. Asked before joining_tickets.
UPDATE listings SET
    handler = CASE WHEN handler = :gone THEN :kept ELSE handler END,
    first_responder = CASE WHEN first_responder = :gone THEN :kept ELSE first_responder END
WHERE (community, number) IN (
    SELECT community, number FROM tickets WHERE handler = :gone AND handler >= 'r-' AND handler < 'r.'
    UNION
    SELECT community, number FROM tickets
    WHERE first_responder = :gone AND first_responder >= 'r-' AND first_responder < 'r.'
);

-- name: joining_communities
-- Of all tickets either of them has to do with.
SELECT DISTINCT community FROM tickets WHERE id IN (
    SELECT id FROM tickets WHERE reporter IN (:gone, :kept) AND reporter IS NOT NULL
    UNION
    SELECT ticket FROM followers WHERE person IN (:gone, :kept)
    UNION
    SELECT id FROM tickets WHERE handler = :gone AND handler >= 'r-' AND handler < 'r.'
    UNION
    SELECT id FROM tickets WHERE first_responder = :gone AND first_responder >= 'r-' AND first_responder < 'r.'
);

-- name: joining_twice
-- Who follows what the other follows or has reported: one household, counted twice. Asked after joining_tickets.
SELECT f.ticket, f.person FROM followers f JOIN tickets t ON t.id = f.ticket
WHERE (f.person = :gone AND (
        t.reporter = :kept
        OR EXISTS (SELECT 1 FROM followers o WHERE o.ticket = f.ticket AND o.person = :kept)
    )) OR (f.person = :kept AND t.reporter = :kept)
ORDER BY f.ticket, f.person;

-- name: joining_unfollow*!
DELETE FROM followers WHERE ticket = :ticket AND person = :person;

-- name: joining_uncount*!
UPDATE tickets SET followers = followers - 1, version = version + 1 WHERE id = :ticket AND followers > 0;

-- name: joining_followers!
UPDATE followers SET person = :kept WHERE person = :gone;

-- name: joining_remarks!
UPDATE remarks SET person = :kept WHERE person = :gone;

-- name: joining_attachments!
UPDATE attachments SET person = :kept WHERE person = :gone;

-- name: joining_examples!
UPDATE examples SET person = :kept WHERE person = :gone;

-- name: joining_accounts!
UPDATE accounts SET person = :kept WHERE person = :gone;

-- name: joining_codes!
DELETE FROM own_codes WHERE person IN (:gone, :kept);

-- name: joining_alias!
-- Called as the one they are, wherever only the name is asked for; and never two steps away.
UPDATE people SET joined_to = :kept, name = :name, roles = '["resident"]', listed = 0
WHERE id = :gone OR joined_to = :gone;

-- name: joining_letters!
-- Those on their way as well: who is told in their place, should they reach nobody, is the one they are.
UPDATE outbox SET reader = :kept WHERE fate IN ('waiting', 'claimed') AND reader = :gone;

-- name: joining_untold!
-- Found by where they wait. Asked before joining_accounts.
UPDATE outbox SET reader = :kept
WHERE fate = 'untold' AND chat IN (SELECT address FROM accounts WHERE person = :gone) AND reader = :gone;

-- name: joining_owed
-- Through the index of what is owed: its cost follows that, not what was ever sent. Asked for in order, SQLite walks all.
SELECT * FROM outbox
WHERE fate IN ('waiting', 'claimed') AND fate = 'waiting' AND reader = :person AND kind <> 'card';

-- name: joining_owed_untold
SELECT * FROM outbox
WHERE fate = 'untold' AND chat IN (SELECT address FROM accounts WHERE person = :person) AND reader = :person
    AND kind <> 'card';

-- name: joining_marks
SELECT once FROM outbox WHERE once IN (SELECT value FROM json_each(CAST(:keys AS TEXT)));

-- name: joining_readdress*!
-- What could not be told where it waited may go another way now.
UPDATE outbox SET
    fate = 'waiting', again_at = 0, once = :once, routes = :routes, route = :route, chat = :chat, platform = :platform
WHERE id = :id AND fate IN ('waiting', 'untold');

-- name: people_joined_to
SELECT id FROM people WHERE joined_to = :person ORDER BY id;

-- name: people_joined
SELECT id, joined_to FROM people
WHERE joined_to IS NOT NULL AND id IN (SELECT value FROM json_each(CAST(:keys AS TEXT)));

-- name: people_were_joined
SELECT * FROM people WHERE joined_to IS NOT NULL AND id IN (SELECT value FROM json_each(CAST(:keys AS TEXT)));

-- name: joining_part!
-- What the community file names is not a person's own to give away.
UPDATE accounts SET person = :person WHERE address = :address AND person = :was AND listed = 0;
