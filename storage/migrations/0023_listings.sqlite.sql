-- What was said later, which each database puts together in words of its own.
UPDATE listings SET added = LOWER(COALESCE(
    (SELECT group_concat(r.words, ' ') FROM remarks r WHERE r.ticket = listings.ticket), ''
) || COALESCE(
    (SELECT ' ' || group_concat(a.caption, ' ') FROM attachments a WHERE a.ticket = listings.ticket AND a.caption <> ''), ''
))
WHERE ticket IN (SELECT ticket FROM remarks UNION SELECT ticket FROM attachments WHERE ticket IS NOT NULL);
