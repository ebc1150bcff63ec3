-- What is stored about a person, and its erasure (storage/personal.py). `:people`: every id they ever had; `:accounts`: theirs;
-- `:tickets`: those they reported. Lists are JSON texts.

-- name: personal_aliases
SELECT id FROM people WHERE joined_to = :person AND joined_to IS NOT NULL;

-- name: personal_reported
SELECT id FROM tickets
WHERE reporter IN (SELECT value FROM json_each(CAST(:people AS TEXT))) AND reporter IS NOT NULL
ORDER BY reported_at, id;

-- name: personal_followed
SELECT ticket AS id FROM followers
WHERE person IN (SELECT value FROM json_each(CAST(:people AS TEXT))) ORDER BY at, ticket;

-- name: personal_said
SELECT * FROM remarks
WHERE person IS NOT NULL AND person IN (SELECT value FROM json_each(CAST(:people AS TEXT))) ORDER BY at, id;

-- name: personal_photos
SELECT * FROM attachments
WHERE person IS NOT NULL AND person IN (SELECT value FROM json_each(CAST(:people AS TEXT))) ORDER BY id;

-- name: personal_counts
SELECT
    (SELECT COUNT(*) FROM dialogues WHERE account IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)))) AS dialogues,
    (SELECT COUNT(*) FROM examples WHERE person IN (SELECT value FROM json_each(CAST(:people AS TEXT)))) AS examples;

-- name: personal_letters
-- Reads a quarter's letters and messages through: for a page, never in a turn.
SELECT
    (
        SELECT COUNT(*) FROM outbox
        WHERE reader IN (SELECT value FROM json_each(CAST(:people AS TEXT)))
            OR chat IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)))
    ) AS letters,
    (
        SELECT COUNT(*) FROM web_messages WHERE account IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)))
    ) AS messages;

-- name: personal_added
SELECT id, ticket, words FROM remarks
WHERE ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT))) ORDER BY id;

-- name: personal_add_anew*!
UPDATE remarks SET words = :words WHERE id = :id;

-- name: personal_captions
SELECT id, ticket, caption AS words FROM attachments
WHERE ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT))) AND caption <> '' ORDER BY id;

-- name: personal_caption_anew*!
UPDATE attachments SET caption = :words WHERE id = :id;

-- Everything below is for erasing; those called one after another by their names take the same parameters. ---------

-- name: erase_remarks!
DELETE FROM remarks WHERE person IS NOT NULL AND person IN (SELECT value FROM json_each(CAST(:people AS TEXT)));

-- name: erase_followers!
DELETE FROM followers WHERE person IN (SELECT value FROM json_each(CAST(:people AS TEXT)));

-- name: erase_photos!
DELETE FROM attachments WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(:ids AS TEXT)));

-- name: erase_examples!
DELETE FROM examples
WHERE person IN (SELECT value FROM json_each(CAST(:people AS TEXT)))
    OR ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT)));

-- name: erase_dialogues!
DELETE FROM dialogues
WHERE account IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)))
    OR chat IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)));

-- name: erase_dialogues_naming*!
-- Whoever is being asked whether this account is theirs as well. LIKE would take a % or _ of an address for a wildcard.
DELETE FROM dialogues WHERE data <> REPLACE(data, CAST(:trace AS TEXT), '');

-- name: erase_own_codes!
DELETE FROM own_codes WHERE person IN (SELECT value FROM json_each(CAST(:people AS TEXT)));

-- name: erase_invite_misses!
DELETE FROM invite_misses WHERE account IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)));

-- name: erase_login_links!
DELETE FROM login_links WHERE person IN (SELECT value FROM json_each(CAST(:people AS TEXT)));

-- name: erase_sessions!
DELETE FROM sessions WHERE person IN (SELECT value FROM json_each(CAST(:people AS TEXT)));

-- name: erase_data_links!
DELETE FROM data_links WHERE person IN (SELECT value FROM json_each(CAST(:people AS TEXT)));

-- name: erase_windows!
DELETE FROM windows WHERE chat IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)));

-- name: erase_chats!
DELETE FROM chats WHERE address IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)));

-- name: erase_albums!
DELETE FROM albums WHERE chat IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)));

-- name: erase_cards!
DELETE FROM cards WHERE place IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)));

-- name: erase_letters!
-- What nobody is sending just now. What is on its way goes when it has arrived: see erase_letters_to.
-- Through the index of what is owed, as joining_owed.
DELETE FROM outbox
WHERE fate IN ('waiting', 'claimed') AND fate = 'waiting' AND (
    reader IN (SELECT value FROM json_each(CAST(:people AS TEXT)))
    OR chat IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)))
);

-- name: erase_accounts!
DELETE FROM accounts WHERE person IN (SELECT value FROM json_each(CAST(:people AS TEXT)));

-- name: erase_people!
DELETE FROM people WHERE id IN (SELECT value FROM json_each(CAST(:people AS TEXT)));

-- name: erased_add*!
INSERT INTO erased (person, at, rest) VALUES (:person, :at, :rest) ON CONFLICT (person) DO UPDATE SET rest = excluded.rest WHERE excluded.rest <> '';

-- name: erased_all
SELECT person, at FROM erased;

-- What is gone through afterwards ------------------------------------------------------------------------------------

-- name: erased_back
SELECT p.* FROM erased e JOIN people p ON p.id = e.person
WHERE e.at > 0 AND e.rest = '' AND p.joined_to IS NULL ORDER BY e.at, e.person LIMIT 20;

-- name: erased_unfinished
SELECT person, at, rest FROM erased WHERE rest <> '' ORDER BY at, person LIMIT 1;

-- name: erased_finish!
UPDATE erased SET rest = '' WHERE person = :person;

-- What has to be looked for is read through beside those who write; the writing then touches what was found.

-- name: erase_letters_to
SELECT id, fate FROM outbox
WHERE reader IN (SELECT value FROM json_each(CAST(:people AS TEXT)))
    OR chat IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)))
    OR sent_chat IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)))
    OR EXISTS (
        SELECT 1 FROM json_each(CAST(:accounts AS TEXT)) AS a
        WHERE outbox.routes <> REPLACE(outbox.routes, a.value, '') OR outbox.once <> REPLACE(outbox.once, a.value, '')
    );

-- name: erase_letters_about
-- About their matters; and about any other, or none, where others' words about them are repeated.
SELECT id, fate, sent_chat, sent_message FROM outbox
WHERE body <> '{}' AND kind <> 'card' AND (
    (ticket IS NOT NULL AND ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT))))
    OR EXISTS (SELECT 1 FROM json_each(CAST(:signs AS TEXT)) AS s WHERE outbox.body <> REPLACE(outbox.body, s.value, ''))
);

-- name: erase_cards_of
SELECT place, message FROM cards WHERE ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT)));

-- name: erase_messages_of
SELECT id, photos FROM web_messages
WHERE account IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)))
    OR chat IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)));

-- name: erase_messages_about
SELECT id, chat FROM web_messages WHERE EXISTS (
    SELECT 1 FROM json_each(CAST(:signs AS TEXT)) AS s WHERE web_messages.text <> REPLACE(web_messages.text, s.value, '')
);

-- name: erase_answers_of
-- First answers are kept for a week, by the platforms' own keys.
SELECT key FROM inbox WHERE EXISTS (
    SELECT 1 FROM json_each(CAST(:traces AS TEXT)) AS t WHERE inbox.answer <> REPLACE(inbox.answer, t.value, '')
);

-- name: erase_keys_of
SELECT key FROM inbox WHERE EXISTS (
    SELECT 1 FROM json_each(CAST(:accounts AS TEXT)) AS a WHERE inbox.key <> REPLACE(inbox.key, a.value, '')
);

-- name: erase_aside_of
SELECT key FROM set_aside WHERE EXISTS (
    SELECT 1 FROM json_each(CAST(:traces AS TEXT)) AS t
    WHERE set_aside.raw <> REPLACE(set_aside.raw, t.value, '') OR set_aside.key <> REPLACE(set_aside.key, t.value, '')
        OR set_aside.why <> REPLACE(set_aside.why, t.value, '')
);

-- name: erase_letters_of!
DELETE FROM outbox
WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(:ids AS TEXT))) AND fate NOT IN ('waiting', 'claimed');

-- name: erase_untold_ways!
DELETE FROM untold_ways WHERE letter IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(:ids AS TEXT)));

-- name: erase_bodies!
-- That somebody was told, and when, stays; what they were told does not.
UPDATE outbox SET body = '{}', fate = CASE WHEN fate = 'untold' THEN 'dropped' ELSE fate END
WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(:ids AS TEXT))) AND fate NOT IN ('waiting', 'claimed');

-- name: erase_messages!
DELETE FROM web_messages WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(:ids AS TEXT)));

-- name: erase_answers!
UPDATE inbox SET answer = '{}' WHERE key IN (SELECT value FROM json_each(CAST(:keys AS TEXT)));

-- name: erase_keys!
DELETE FROM inbox WHERE key IN (SELECT value FROM json_each(CAST(:keys AS TEXT)));

-- name: erase_aside!
DELETE FROM set_aside WHERE key IN (SELECT value FROM json_each(CAST(:keys AS TEXT)));

-- Files ---------------------------------------------------------------------------------------------------------------

-- name: media_spoken_of
SELECT DISTINCT sha256 FROM attachments
WHERE sha256 IS NOT NULL AND sha256 IN (SELECT value FROM json_each(CAST(:files AS TEXT)));

-- name: media_shown
SELECT photos FROM web_messages WHERE photos <> '[]';

-- name: media_let_go*!
INSERT INTO media_gone (sha256, at) VALUES (:sha256, :at) ON CONFLICT (sha256) DO NOTHING;

-- name: media_to_go
SELECT sha256 FROM media_gone ORDER BY at, sha256 LIMIT :limit;

-- name: media_went*!
DELETE FROM media_gone WHERE sha256 = :sha256;

-- Words of open matters ----------------------------------------------------------------------------------------------

-- name: words_go_later*!
INSERT INTO words_to_go (ticket) VALUES (:ticket) ON CONFLICT (ticket) DO NOTHING;

-- name: words_over
SELECT w.ticket AS id FROM words_to_go w JOIN tickets t ON t.id = w.ticket
WHERE t.community = :community AND t.state IN ('closed', 'declined', 'withdrawn', 'merged') ORDER BY w.ticket LIMIT 500;

-- name: words_went!
DELETE FROM words_to_go WHERE ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT)));

-- Links ---------------------------------------------------------------------------------------------------------------

-- name: data_links_forget!
DELETE FROM data_links WHERE person = :person;

-- name: data_links_add!
INSERT INTO data_links (token_hash, person, expires_at) VALUES (:token_hash, :person, :expires_at);

-- name: data_links_open
-- Used up and opened in one step: of two who come with the same link, one gets in.
UPDATE data_links SET token_hash = :opened WHERE token_hash = :token_hash AND expires_at > :now RETURNING person;

-- name: data_links_person
SELECT person AS value FROM data_links WHERE token_hash = :token_hash AND expires_at > :now;

-- For the staff -------------------------------------------------------------------------------------------------------

-- name: personal_lines
-- The list of acts is the index's (0031): what was done with residents' data, and by whom.
SELECT * FROM ledger
WHERE community = :community AND seq < :before AND act IN ('see', 'disclose', 'erase', 'expire', 'export')
    AND (CAST(:act AS TEXT) IS NULL OR act = :act)
ORDER BY seq DESC LIMIT :limit;

-- name: personal_named
SELECT * FROM people
WHERE community = :community AND listed = 0 AND joined_to IS NULL AND (
    name <> REPLACE(name, CAST(:sought AS TEXT), '') OR (phone <> '' AND phone = :sought)
    OR id IN (
        SELECT person FROM accounts
        WHERE address = :sought OR address IN ('telegram:' || :sought, 'wechat:' || :sought, 'wecom:' || :sought)
    )
)
ORDER BY name, id LIMIT :limit;
