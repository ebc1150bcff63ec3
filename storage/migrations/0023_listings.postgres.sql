-- What was said later, which each database puts together in words of its own.
UPDATE listings SET added = LOWER(COALESCE(
    (SELECT string_agg(r.words, ' ') FROM remarks r WHERE r.ticket = listings.ticket), ''
) || COALESCE(
    (SELECT ' ' || string_agg(a.caption, ' ') FROM attachments a WHERE a.ticket = listings.ticket AND a.caption <> ''), ''
))
WHERE ticket IN (SELECT ticket FROM remarks UNION SELECT ticket FROM attachments WHERE ticket IS NOT NULL);

-- As 0006 has it for the tables before.
ALTER TABLE listings
    ALTER COLUMN community TYPE TEXT COLLATE "C",
    ALTER COLUMN ticket TYPE TEXT COLLATE "C",
    ALTER COLUMN grid TYPE TEXT COLLATE "C",
    ALTER COLUMN handler TYPE TEXT COLLATE "C",
    ALTER COLUMN first_responder TYPE TEXT COLLATE "C",
    ALTER COLUMN lane TYPE TEXT COLLATE "C",
    ALTER COLUMN clock TYPE TEXT COLLATE "C",
    ALTER COLUMN state TYPE TEXT COLLATE "C",
    ALTER COLUMN kind TYPE TEXT COLLATE "C",
    ALTER COLUMN category TYPE TEXT COLLATE "C",
    ALTER COLUMN severity TYPE TEXT COLLATE "C",
    ALTER COLUMN told TYPE TEXT COLLATE "C",
    ALTER COLUMN added TYPE TEXT COLLATE "C";
